import { Drawer, Skeleton, Stack, Text } from "@mantine/core";
import { useSessionStorage, useWindowEvent } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, useApi } from "../api/client";
import { told } from "../api/problems";
import { Broken } from "../shell/Broken";
import { texts } from "../texts";
import { useSliding } from "../useSliding";
import { ContactDetail } from "./ContactDetail";
import { ContactHeader } from "./ContactHeader";
import { DiscardDialog } from "./DiscardDialog";
import { DRAFTS } from "./drafts";
import { type Draft, unsaved } from "./editing";
import { contactQuery, listedContact } from "./queries";

const { contact: says } = texts;
const NOTHING: Draft = {};

/** One contact, over whatever view leads to them. `onClose` is called once it is out of sight. */
export default function ContactDrawer({ contactId, onClose }: { contactId: string; onClose: () => void }) {
  const client = useQueryClient();
  const { opened, close } = useSliding();
  // What is typed outlives the drawer, a reload and a new sign-in, and not the tab.
  const [draft, setDraft, forget] = useSessionStorage<Draft>({
    key: `${DRAFTS}${contactId}`,
    defaultValue: NOTHING,
    getInitialValueInEffect: false,
  });
  const [leaving, setLeaving] = useState(false);
  const { data: contact, error, refetch } = useQuery(contactQuery(useApi(), contactId));
  const known = contact ?? (error ? undefined : listedContact(client, contactId));
  const dirty = contact !== undefined && Object.keys(unsaved(draft, contact)).length > 0;
  useWindowEvent("beforeunload", (event) => dirty && event.preventDefault());
  const discard = () => {
    forget();
    close();
  };
  return (
    <Drawer
      opened={opened}
      onClose={dirty ? () => setLeaving(true) : close}
      onExitTransitionEnd={onClose}
      size={560}
      title={
        known ? (
          <ContactHeader contact={known} />
        ) : (
          <Text fw={650} fz="h4">
            {says.title}
          </Text>
        )
      }
      styles={{ title: { flex: 1, minWidth: 0 }, header: { alignItems: "flex-start" } }}
      closeButtonProps={{ "aria-label": texts.close }}
    >
      {contact && <ContactDetail contact={contact} draft={draft} onDraft={setDraft} />}
      {!contact && error && <Missing problem={error} onRetry={() => void refetch()} />}
      {!contact && !error && (
        <Stack role="status" aria-label={says.loading}>
          <Skeleton height={120} radius="md" />
          <Skeleton height={220} radius="md" />
        </Stack>
      )}
      {leaving && <DiscardDialog onKeep={() => setLeaving(false)} onDiscard={discard} />}
    </Drawer>
  );
}

function Missing({ problem, onRetry }: { problem: unknown; onRetry: () => void }) {
  // An id that is none (422) is as good as one that nobody has.
  if (!(problem instanceof ApiError && [404, 422].includes(problem.status)))
    return <Broken order={2} title={texts.trouble.title} advice={told(problem)} onRetry={onRetry} />;
  return (
    <Stack gap="xs" role="alert">
      <Text fw={600}>{says.missing}</Text>
      <Text c="dimmed">{says.missingAdvice}</Text>
    </Stack>
  );
}

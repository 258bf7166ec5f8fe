import { Button, Group, Modal, Radio, Stack, Text, Title } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError, body, useApi } from "../api/client";
import { passes } from "../api/problems";
import type { PageView } from "../api/schema";
import { complain, notify } from "../notify";
import { texts } from "../texts";
import { useSliding } from "../useSliding";
import { allButSyncs } from "./queries";

type Contacts = "keep" | "delete";
const RETRIES = 3;
const { disconnect: says } = texts;

export default function DisconnectDialog({ page, onClose }: { page: PageView; onClose: () => void }) {
  const { opened, close } = useSliding();
  const [contacts, setContacts] = useState<Contacts>("keep");
  const disconnect = useDisconnect(page, close);
  useWindowEvent("beforeunload", (event) => disconnect.isPending && event.preventDefault());
  return (
    <Modal
      opened={opened}
      onClose={close}
      onExitTransitionEnd={onClose}
      title={
        <Title order={2} size="h4">
          {says.title(page.name)}
        </Title>
      }
      closeButtonProps={{ "aria-label": texts.close }}
    >
      <Stack gap="lg">
        <Text size="sm">{says.lead}</Text>
        <Radio.Group
          label={says.contacts}
          value={contacts}
          onChange={(value) => setContacts(value as Contacts)}
        >
          <Stack gap="sm" mt="xs">
            <Radio value="keep" label={says.keep} description={says.keepHelp} />
            <Radio value="delete" label={says.erase} description={says.eraseHelp(page.contactCount)} />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {texts.settings.cancel}
          </Button>
          <Button color="red.9" loading={disconnect.isPending} onClick={() => disconnect.mutate(contacts)}>
            {texts.pages.disconnect}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function useDisconnect(page: PageView, onDone: () => void) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (contacts: Contacts) => {
      const params = { path: { facebookPageId: page.id }, query: { contacts } };
      return untilErased(() => body(api.DELETE("/api/facebook/pages/{facebookPageId}", { params })));
    },
    retry: (failures, problem) => passes(problem) && failures < RETRIES,
    onSuccess: () => {
      notify("teal", says.done(page.name));
      onDone();
    },
    onError: (problem) => complain(says.failed, problem),
    onSettled: () => client.invalidateQueries(allButSyncs),
  });
}

/** One call erases as many contacts as it has time for; repeating it goes on. */
async function untilErased(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (problem) {
    if (problem instanceof ApiError && problem.code === "STILL_ERASING") return untilErased(call);
    throw problem;
  }
}

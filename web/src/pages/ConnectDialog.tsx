import {
  Alert,
  Avatar,
  Button,
  Checkbox,
  Group,
  Modal,
  ScrollArea,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, useApi } from "../api/client";
import { told } from "../api/problems";
import type { ConnectedView, OfferedPageView, OfferView } from "../api/schema";
import { complain, notify } from "../notify";
import { texts } from "../texts";
import { useSliding } from "../useSliding";
import { ConnectButton } from "./ConnectButton";
import classes from "./ConnectDialog.module.css";
import { offerQuery } from "./connecting";
import { pagesQuery, syncKey } from "./queries";

const { connect: says } = texts;

/** Facebook takes a second for each, and the gateway waits half a minute for an answer. */
const PAGES_AT_ONCE = 20;

/** Back from Facebook: which Pages to connect. */
export default function ConnectDialog({
  connectionId,
  onClose,
}: {
  connectionId: string;
  onClose: () => void;
}) {
  const { opened, close } = useSliding();
  const { data: offer, error } = useQuery(offerQuery(useApi(), connectionId));
  return (
    <Modal
      opened={opened}
      onClose={close}
      onExitTransitionEnd={onClose}
      size="lg"
      title={
        <Title order={2} size="h4">
          {says.title}
        </Title>
      }
      closeButtonProps={{ "aria-label": texts.close }}
    >
      {offer && <Choice offer={offer} onDone={close} />}
      {!offer && error && <Expired problem={error} />}
      {!offer && !error && <Skeleton height={220} aria-label={says.loading} />}
    </Modal>
  );
}

function Expired({ problem }: { problem: unknown }) {
  return (
    <Stack>
      <Text>{told(problem)}</Text>
      <Text c="dimmed">{says.expired}</Text>
      <ConnectButton label={texts.pages.connect} />
    </Stack>
  );
}

function Choice({ offer, onDone }: { offer: OfferView; onDone: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const selectable = offer.pages.filter((page) => page.selectable);
  const [chosen, setChosen] = useState(() => selectable.map((page) => page.pageId));
  const connect = useMutation({
    mutationFn: async (pageIds: string[]) => {
      const params = { path: { connectionId: offer.connectionId } };
      for (let at = 0; at < pageIds.length; at += PAGES_AT_ONCE) {
        const some = { pageIds: pageIds.slice(at, at + PAGES_AT_ONCE) };
        const connected = await body(
          api.POST("/api/facebook/connections/{connectionId}/pages", { params, body: some }),
        );
        tellConnected(connected, offer);
        for (const page of connected.pages) void client.invalidateQueries({ queryKey: syncKey(page.id) });
      }
    },
    onSuccess: onDone,
    onError: (problem) => complain(says.failed, problem),
    onSettled: () => client.invalidateQueries({ queryKey: pagesQuery(api).queryKey }),
  });
  if (offer.pages.length === 0) return <NothingToChoose />;
  return (
    <Stack>
      <Text c="dimmed">{says.lead}</Text>
      {offer.missingScopes.length > 0 && (
        <Alert color="orange" title={says.missingTitle}>
          {says.missing(offer.missingScopes)}
        </Alert>
      )}
      <ScrollArea.Autosize
        mah="50vh"
        viewportProps={{ tabIndex: 0, role: "group", "aria-label": says.title }}
      >
        <Checkbox.Group value={chosen} onChange={setChosen}>
          <Stack gap={4}>
            {offer.pages.map((page) => (
              <OfferedPage key={page.pageId} page={page} />
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {texts.settings.cancel}
        </Button>
        <Button
          disabled={chosen.length === 0}
          loading={connect.isPending}
          onClick={() => connect.mutate(chosen)}
        >
          {says.connect(chosen.length)}
        </Button>
      </Group>
    </Stack>
  );
}

function NothingToChoose() {
  return (
    <Stack>
      <Text>{says.none}</Text>
      <Text c="dimmed">{says.noneAdvice}</Text>
      <ConnectButton label={says.again} />
    </Stack>
  );
}

function OfferedPage({ page }: { page: OfferedPageView }) {
  const notes = [
    page.instagramUsername && texts.pages.instagramOf(page.instagramUsername),
    page.connected && says.connectedAlready,
    page.reason?.message,
  ].filter(Boolean);
  return (
    <Checkbox
      value={page.pageId}
      disabled={!page.selectable}
      className={classes.page}
      classNames={{ body: classes.body, labelWrapper: classes.words }}
      label={
        <Group gap="sm" wrap="nowrap">
          <Avatar src={page.pictureUrl} name={page.name} color="initials" radius="md" alt="" aria-hidden />
          <div>
            <Text fw={500}>{page.name}</Text>
            {notes.length > 0 && (
              <Text size="sm" c="dimmed">
                {notes.join(" · ")}
              </Text>
            )}
          </div>
        </Group>
      }
    />
  );
}

function tellConnected({ pages, failed, notices }: ConnectedView, offer: OfferView) {
  const nameOf = (pageId: string) => offer.pages.find((page) => page.pageId === pageId)?.name ?? pageId;
  if (pages.length > 0) notify("teal", says.done(pages.length), says.doneNext);
  for (const trouble of failed) notify("red", says.notConnected(nameOf(trouble.pageId)), trouble.message);
  for (const notice of notices) notify("orange", nameOf(notice.pageId), notice.message);
}

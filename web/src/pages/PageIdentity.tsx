import { Anchor, Avatar, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import type { PageView } from "../api/schema";
import { formatAgo, formatDateTime } from "../formats";
import { CONTACTS } from "../shell/addresses";
import { texts } from "../texts";
import { useNow } from "../useNow";
import classes from "./PageCard.module.css";
import { InstagramMark, MessengerMark } from "./PlatformMarks";

/** Who the Page is, what is connected of it, and how fresh its contacts are. */
export function PageIdentity({ page }: { page: PageView }) {
  return (
    <Group gap="md" wrap="nowrap" align="center" miw={0}>
      <Avatar
        src={page.pictureUrl}
        name={page.name}
        color="initials"
        size={60}
        radius="lg"
        alt=""
        aria-hidden
      />
      <Stack gap={5} miw={0}>
        <Title order={2} size="h4" lh={1.25}>
          {page.name}
        </Title>
        <Group gap="4px var(--mantine-spacing-md)">
          <span className={classes.badge}>
            <MessengerMark />
            {texts.pages.messenger}
          </span>
          {page.instagramUsername && (
            <span className={classes.badge}>
              <InstagramMark />
              {texts.pages.instagramOf(page.instagramUsername)}
            </span>
          )}
        </Group>
        <Text size="sm" className="numbers">
          <Anchor
            component={Link}
            to={{ pathname: CONTACTS, search: `facebookPageId=${page.id}` }}
            inherit
            fw={600}
            c="inherit"
          >
            {texts.pages.contacts(page.contactCount)}
          </Anchor>
          <Text span inherit c="dimmed">
            {" · "}
            <LastSynced at={page.lastSyncedAt} />
          </Text>
        </Text>
      </Stack>
    </Group>
  );
}

function LastSynced({ at }: { at: string | null }) {
  const now = useNow(15_000);
  if (!at) return texts.pages.neverSynced;
  const ago = formatAgo(at, now);
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {ago ? texts.pages.lastSynced(ago) : texts.pages.lastSyncedNow}
    </time>
  );
}

import { Avatar, Badge, Button, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { RefreshCw } from "lucide-react";
import type { PageView } from "../api/schema";
import { formatAgo, formatDateTime } from "../formats";
import { texts } from "../texts";
import { useNow } from "../useNow";
import { SyncProgress } from "./SyncProgress";
import { useSync } from "./useSync";

export function PageCard({ page }: { page: PageView }) {
  const sync = useSync(page.id);
  const busy = sync.active || sync.start.isPending;
  return (
    <Paper component="article" aria-label={page.name} p="lg" radius="lg" withBorder shadow="none">
      <Group justify="space-between" gap="md">
        <Group gap="md" wrap="nowrap">
          <Avatar name={page.name} color="initials" size={56} radius="lg" alt="" aria-hidden />
          <Stack gap={4}>
            <Title order={2} size="h4">
              {page.name}
            </Title>
            <Group gap={6}>
              <Badge variant="light" tt="none" fw={500}>
                {texts.pages.messenger}
              </Badge>
              {page.instagramUsername && (
                <Badge variant="light" color="pink" tt="none" fw={500}>
                  {texts.pages.instagramOf(page.instagramUsername)}
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed" className="numbers">
              {texts.pages.contacts(page.contactCount)} · <LastSynced at={page.lastSyncedAt} />
            </Text>
          </Stack>
        </Group>
        <Button
          leftSection={<RefreshCw size={16} />}
          loading={busy}
          onClick={() => sync.start.mutate("incremental")}
          aria-label={texts.pages.syncOf(page.name)}
        >
          {texts.pages.sync}
        </Button>
      </Group>
      {sync.job && sync.active && (
        <SyncProgress
          page={page}
          job={sync.job}
          onCancel={sync.cancel.mutate}
          cancelling={sync.cancel.isPending}
        />
      )}
    </Paper>
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

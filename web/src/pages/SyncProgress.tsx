import { Button, Group, Loader, Progress, Stack, Text } from "@mantine/core";
import type { JobView, PageView } from "../api/schema";
import { formatDuration, formatTime } from "../formats";
import { texts } from "../texts";
import { useNow } from "../useNow";
import { percentDone, settledContacts } from "./sync";
import { useReturned } from "./useReturned";

interface Props {
  page: PageView;
  job: JobView;
  onCancel: (jobId: string) => void;
  cancelling: boolean;
}

export function SyncProgress({ page, job, onCancel, cancelling }: Props) {
  const returned = useReturned();
  const now = useNow(1000);
  const stopping = cancelling || job.cancelRequested;
  return (
    <Stack gap="xs" mt="md" pt="md" style={{ borderTop: "1px solid var(--mantine-color-default-border)" }}>
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Loader size={16} aria-hidden />
          <Text size="sm" fw={600} className="numbers">
            {texts.sync.synced(job.syncedContacts)}
          </Text>
          <Text size="sm" c="dimmed">
            {stepOf(job, now)}
          </Text>
        </Group>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          disabled={stopping}
          onClick={() => onCancel(job.jobId)}
          aria-label={texts.sync.cancelOf(page.name)}
        >
          {stopping ? texts.sync.cancelling : texts.sync.cancel}
        </Button>
      </Group>
      <Bar page={page} job={job} />
      <Group gap="md" className="numbers">
        <Text size="sm" c="dimmed">
          {job.listingComplete
            ? texts.sync.ofTotal(settledContacts(job), job.listedContacts)
            : texts.sync.found(job.listedContacts)}
        </Text>
        {job.skippedContacts > 0 && (
          <Text size="sm" c="dimmed">
            {texts.sync.unchanged(job.skippedContacts)}
          </Text>
        )}
        {job.failedContacts > 0 && (
          <Text size="sm" c="var(--failure-text)" fw={500}>
            {texts.sync.failed(job.failedContacts)}
          </Text>
        )}
        <Text size="sm" c="dimmed" ml="auto">
          {texts.sync.elapsed} {formatDuration(now - Date.parse(job.createdAt))}
        </Text>
      </Group>
      {returned && (
        <Text size="sm" c="dimmed" role="status">
          {texts.sync.tabInactive}
        </Text>
      )}
    </Stack>
  );
}

function stepOf(job: JobView, now: number): string {
  if (job.waitingUntil) return texts.sync.paused(formatTime(job.waitingUntil, now));
  return texts.sync.steps[job.step];
}

function Bar({ page, job }: { page: PageView; job: JobView }) {
  const percent = percentDone(job);
  return (
    <Progress.Root size={8} radius="xl" aria-busy={percent === null}>
      <Progress.Section
        value={percent ?? 100}
        color="iris"
        aria-label={texts.sync.progressOf(page.name)}
        aria-valuetext={texts.sync.synced(job.syncedContacts)}
        {...(percent === null && { className: "sync-bar-unknown", "aria-valuenow": undefined as never })}
      />
    </Progress.Root>
  );
}

import { Box, Button, Group, Loader, Progress, Text } from "@mantine/core";
import type { JobView, PageView } from "../api/schema";
import { formatDuration, formatTime } from "../formats";
import { texts } from "../texts";
import { useNow } from "../useNow";
import classes from "./PageCard.module.css";
import { percentDone, settledContacts } from "./sync";
import { useReturned } from "./useReturned";
import type { Sync } from "./useSync";

export function SyncProgress({ page, job, sync }: { page: PageView; job: JobView; sync: Sync }) {
  const now = useNow(1000);
  return (
    <Box className={classes.section}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Group gap="xs">
          <Loader size={16} aria-hidden />
          <Text size="sm" fw={600} className="numbers">
            {texts.sync.synced(job.syncedContacts)}
          </Text>
          <Text size="sm" c="dimmed">
            {stepOf(page, job, now)}
          </Text>
        </Group>
        <Cancel page={page} job={job} sync={sync} />
      </Group>
      <Bar page={page} job={job} />
      <Group gap="md" mt={8} className="numbers">
        <Counters job={job} />
        <Text size="sm" c="dimmed" ml="auto">
          {texts.sync.elapsed} {formatDuration(now - Date.parse(job.createdAt))}
        </Text>
      </Group>
      <BackAgain />
    </Box>
  );
}

function Cancel({ page, job, sync }: { page: PageView; job: JobView; sync: Sync }) {
  const stopping = sync.cancel.isPending || job.cancelRequested;
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      disabled={stopping}
      onClick={() => sync.cancel.mutate(job.jobId)}
      aria-label={texts.sync.cancelOf(page.name)}
    >
      {stopping ? texts.sync.cancelling : texts.sync.cancel}
    </Button>
  );
}

function Counters({ job }: { job: JobView }) {
  const total = job.listingComplete
    ? texts.sync.ofTotal(settledContacts(job), job.listedContacts)
    : texts.sync.found(job.listedContacts);
  return (
    <>
      <Text size="sm" c="dimmed">
        {total}
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
    </>
  );
}

function stepOf(page: PageView, job: JobView, now: number): string {
  if (job.waitingUntil) return texts.sync.paused(formatTime(job.waitingUntil, now));
  const step = texts.sync.steps[job.step];
  // Where there is one channel alone, its name says nothing.
  return page.instagramUsername ? `${step} · ${texts.sync.platforms[job.platform]}` : step;
}

function Bar({ page, job }: { page: PageView; job: JobView }) {
  const percent = percentDone(job);
  return (
    <Progress.Root
      size={8}
      radius="xl"
      role="progressbar"
      aria-label={texts.sync.progressOf(page.name)}
      aria-valuetext={texts.sync.synced(job.syncedContacts)}
      aria-valuemin={0}
      aria-valuemax={100}
      // Without a value it says that nobody knows how far it is.
      {...(percent !== null && { "aria-valuenow": percent })}
    >
      <Progress.Section
        withAria={false}
        value={percent ?? 100}
        {...(percent === null && { className: "sync-bar-unknown" })}
      />
    </Progress.Root>
  );
}

function BackAgain() {
  const returned = useReturned();
  return (
    <div role="status">
      {returned && (
        <Text size="sm" c="dimmed" mt={6}>
          {texts.sync.tabInactive}
        </Text>
      )}
    </div>
  );
}

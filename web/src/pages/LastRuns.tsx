import { Button, ColorSwatch, Group, Skeleton, Table, Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import type { JobView } from "../api/schema";
import { formatDateTime, formatDuration, formatNumber } from "../formats";
import { texts } from "../texts";
import classes from "./PageCard.module.css";
import { runsQuery } from "./queries";

const COLORS = {
  PENDING: "iris",
  IN_PROGRESS: "iris",
  COMPLETED: "teal",
  FAILED: "red",
  CANCELLED: "gray",
} as const;

export default function LastRuns({ facebookPageId }: { facebookPageId: string }) {
  const runs = useInfiniteQuery(runsQuery(useApi(), facebookPageId));
  const { data, error, hasNextPage, isFetchingNextPage, isFetchNextPageError } = runs;
  const isStale = error && !isFetchNextPageError;
  const jobs = data?.pages.flatMap((page) => page.jobs);
  return (
    <section className={classes.runs} aria-label={texts.sync.lastRuns}>
      {!jobs && !error && <Skeleton height={80} aria-label={texts.sync.runsLoading} />}
      {jobs?.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.sync.noRuns}
        </Text>
      )}
      {jobs && jobs.length > 0 && <Runs jobs={jobs} />}
      {error && (
        <Text size="sm" role="alert">
          {told(error)}
        </Text>
      )}
      {(error || hasNextPage) && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={isFetchingNextPage}
          onClick={() => void (isStale ? runs.refetch() : runs.fetchNextPage())}
        >
          {error ? texts.trouble.again : texts.sync.moreRuns}
        </Button>
      )}
    </section>
  );
}

function Runs({ jobs }: { jobs: JobView[] }) {
  const { columns } = texts.sync;
  return (
    <Table fz="sm" className="numbers" verticalSpacing={6} horizontalSpacing="xs" withRowBorders={false}>
      <Table.Thead>
        <Table.Tr>
          {[columns.started, columns.kind, columns.result].map((column) => (
            <Table.Th key={column}>{column}</Table.Th>
          ))}
          {[columns.synced, columns.unchanged, columns.failed, columns.took].map((column) => (
            <Table.Th key={column} ta="end">
              {column}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {jobs.map((job) => (
          <Run key={job.jobId} job={job} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Run({ job }: { job: JobView }) {
  const ended = job.completedAt;
  const counts = [job.syncedContacts, job.skippedContacts, job.failedContacts];
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{formatDateTime(job.createdAt)}</Table.Td>
      <Table.Td>{texts.sync.modes[job.mode]}</Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap">
          <ColorSwatch size={8} withShadow={false} color={`var(--mantine-color-${COLORS[job.status]}-6)`} />
          {texts.sync.statuses[job.status]}
        </Group>
      </Table.Td>
      {counts.map((count, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: three columns in a fixed order
        <Table.Td key={index} ta="end">
          {formatNumber(count)}
        </Table.Td>
      ))}
      <Table.Td ta="end">
        {ended ? formatDuration(Date.parse(ended) - Date.parse(job.createdAt)) : "–"}
      </Table.Td>
    </Table.Tr>
  );
}

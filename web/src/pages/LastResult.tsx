import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { FailureView, JobView, PageView, TokenProblemView } from "../api/schema";
import { useIsOwner } from "../signin/role";
import { texts } from "../texts";
import { ConnectButton } from "./ConnectButton";
import { reasonOf } from "./outcome";
import classes from "./PageCard.module.css";
import type { Sync } from "./useSync";

/** What the latest sync left to be done; nothing where all is well. */
export function LastResult({ page, sync }: { page: PageView; sync: Sync }) {
  const { job } = sync;
  // Over anything a sync left: without access none of it can be mended.
  if (page.tokenProblem) return <Reconnect page={page} problem={page.tokenProblem} />;
  if (!job) return null;
  const failures = job.errors.filter((failure) => failure.conversationId);
  // What a dead connection broke is over once the Page is connected again.
  const broken = job.status === "FAILED" && !job.tokenExpired;
  if (!broken && failures.length === 0 && job.unanalysedContacts === 0) return null;
  return (
    <Stack gap="sm" className={classes.section}>
      {broken && <Failed job={job} />}
      {failures.length > 0 && <Failures job={job} failures={failures} sync={sync} />}
      {job.unanalysedContacts > 0 && (
        <Text size="sm" c="dimmed">
          {job.budgetSpent && `${texts.sync.budgetSpent} `}
          {texts.sync.postponed(job.unanalysedContacts)}
        </Text>
      )}
    </Stack>
  );
}

function Reconnect({ page, problem }: { page: PageView; problem: TokenProblemView }) {
  const owner = useIsOwner();
  const title = page.tokenExpired ? texts.pages.reconnectRequired : texts.pages.reconnectSoon;
  return (
    <div className={classes.section}>
      <Alert color="orange" icon={<TriangleAlert aria-hidden />} title={title}>
        <Group justify="space-between" gap="sm">
          <Text size="sm" flex={1} miw={220}>
            {problem.message}
          </Text>
          {owner ? (
            <ConnectButton
              size="sm"
              label={texts.pages.reconnect}
              name={texts.pages.reconnectOf(page.name)}
            />
          ) : (
            <Text size="sm">{texts.pages.askOwner}</Text>
          )}
        </Group>
      </Alert>
    </div>
  );
}

function Failed({ job }: { job: JobView }) {
  return (
    <Alert color="red" icon={<CircleAlert aria-hidden />} title={texts.sync.failedTitle}>
      <Text size="sm">{reasonOf(job) ?? texts.trouble.server}</Text>
      <Text size="sm" c="dimmed" mt={4}>
        {texts.sync.failedNext}
      </Text>
    </Alert>
  );
}

function Failures({ job, failures, sync }: { job: JobView; failures: FailureView[]; sync: Sync }) {
  const [shown, { toggle }] = useDisclosure();
  return (
    <div>
      <Group gap="xs">
        <TriangleAlert size={16} color="var(--mantine-color-orange-6)" aria-hidden />
        <Text size="sm" fw={500} className="numbers">
          {texts.sync.failures(job.failedContacts)}
        </Text>
        <Button variant="subtle" color="gray" size="compact-sm" onClick={toggle} aria-expanded={shown}>
          {shown ? texts.sync.hideFailures : texts.sync.showFailures}
        </Button>
        <Button
          variant="light"
          size="compact-sm"
          loading={sync.retryFailed.isPending}
          onClick={() => sync.retryFailed.mutate(job.jobId)}
        >
          {texts.sync.retryFailed}
        </Button>
      </Group>
      {shown && (
        <List size="sm" mt="xs" spacing={4} listStyleType="none">
          {byReason(failures).map(([reason, people]) => (
            <List.Item key={reason}>
              <Text span inherit fw={500}>
                {people}
              </Text>
              <Text span inherit c="dimmed">
                {" – "}
                {reason}
              </Text>
            </List.Item>
          ))}
          {failures.length < job.failedContacts && (
            <List.Item c="dimmed">{texts.sync.someFailures(failures.length, job.failedContacts)}</List.Item>
          )}
        </List>
      )}
    </div>
  );
}

/** Each reason once, with those it holds for: by name where there is one, or else how many. */
function byReason(failures: FailureView[]): [string, string][] {
  return [...Map.groupBy(failures, ({ message }) => message)].map(([reason, those]) => {
    const names = those.flatMap(({ contactName }) => contactName ?? []);
    const nameless = those.length - names.length;
    return [reason, [...names, ...(nameless > 0 ? [texts.sync.people(nameless)] : [])].join(", ")];
  });
}

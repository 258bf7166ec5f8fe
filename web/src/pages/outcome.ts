import type { JobView } from "../api/schema";
import { notify } from "../notify";
import { texts } from "../texts";

/** One sentence on how a sync that is over went. */
export function headline(job: JobView): string {
  if (job.status === "CANCELLED") return texts.sync.cancelledTitle;
  if (job.status === "FAILED")
    return job.tokenExpired ? texts.pages.reconnectRequired : texts.sync.failedTitle;
  if (job.syncedContacts > 0 || job.failedContacts > 0) return texts.sync.doneTitle(job.syncedContacts);
  return job.skippedContacts > 0 ? texts.sync.upToDate(job.skippedContacts) : texts.sync.nothingFound;
}

/** Why it failed, in the server's words: the failure that is about no conversation. */
export const reasonOf = (job: JobView) =>
  job.errors.findLast((failure) => failure.conversationId === null || failure.conversationId === undefined)
    ?.message;

function details(job: JobView): string {
  if (job.status === "CANCELLED") return texts.sync.cancelledText(job.syncedContacts);
  if (job.status === "FAILED")
    return job.tokenExpired ? texts.pages.reconnectAdvice : (reasonOf(job) ?? texts.trouble.server);
  return job.failedContacts > 0 ? texts.sync.doneWithFailures(job.failedContacts) : "";
}

const COLORS: Partial<Record<JobView["status"], string>> = {
  COMPLETED: "teal",
  FAILED: "red",
  CANCELLED: "gray",
};

export function tellOutcome(job: JobView) {
  const color = COLORS[job.status] ?? "gray";
  notify(color, headline(job), details(job));
}

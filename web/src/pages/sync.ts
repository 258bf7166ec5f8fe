/** What a sync's counters say. */
import type { JobView } from "../api/schema";

export const isActive = (job: Pick<JobView, "status">) =>
  job.status === "PENDING" || job.status === "IN_PROGRESS";

export const settledContacts = (job: JobView) =>
  job.syncedContacts + job.skippedContacts + job.failedContacts;

/** 0 to 100; null while Facebook is still being asked who there is, so that no total would be true. */
export function percentDone(job: JobView): number | null {
  if (!job.listingComplete || job.listedContacts === 0) return null;
  return Math.floor((100 * settledContacts(job)) / job.listedContacts);
}

/** A sync that the server has taken on and said nothing about yet. */
export function justStarted(facebookPageId: string, jobId: string, now: string): JobView {
  return {
    jobId,
    facebookPageId,
    mode: "incremental",
    status: "PENDING",
    step: "QUEUED",
    platform: "messenger",
    listedContacts: 0,
    syncedContacts: 0,
    skippedContacts: 0,
    failedContacts: 0,
    totalContacts: 0,
    listingComplete: false,
    unanalysedContacts: 0,
    budgetSpent: false,
    cost: { usd: 0, inputTokens: 0, outputTokens: 0, thinkingTokens: 0 },
    waitingUntil: null,
    tokenExpired: false,
    cancelRequested: false,
    retryOf: null,
    outcome: null,
    errors: [],
    createdAt: now,
    startedAt: null,
    completedAt: null,
    updatedAt: now,
  };
}

import { type QueryClient, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useApi } from "../api/client";
import { passes } from "../api/problems";
import type { JobView, PageView } from "../api/schema";
import { onOtherTab } from "../tabs";
import { texts } from "../texts";
import { tellOutcome } from "./outcome";
import { allButSyncs, pagesQuery, syncKey, syncQuery } from "./queries";
import { isActive, percentDone } from "./sync";

const POLL_MILLISECONDS = 2000;
const COUNT_MILLISECONDS = 10_000;
const NO_PAGES: PageView[] = [];

const anyActive = (client: QueryClient) =>
  client.getQueriesData<JobView | null>({ queryKey: ["sync"] }).some(([, job]) => job && isActive(job));

/** Follows the syncs of all Pages, wherever in the application one is, and says aloud how they go. */
export function SyncWatch() {
  const api = useApi();
  const client = useQueryClient();
  const { data: pages = NO_PAGES } = useQuery({
    ...pagesQuery(api),
    // Their counts grow while a sync is on.
    refetchInterval: () => (anyActive(client) ? COUNT_MILLISECONDS : false),
  });
  const jobs = useQueries({
    queries: pages.map((page) => ({
      ...syncQuery(api, client, page.id),
      refetchInterval: ({ state }: { state: { data: JobView | null | undefined } }) =>
        state.data && isActive(state.data) ? POLL_MILLISECONDS : false,
      refetchIntervalInBackground: false,
      refetchOnWindowFocus: "always" as const,
      // The next poll is the next try; before the first answer there is none.
      retry: (_: number, problem: unknown) =>
        passes(problem) && client.getQueryData(syncKey(page.id)) === undefined,
    })),
    combine: (results) => results.map(({ data }) => data ?? null),
  });
  const [announcement, setAnnouncement] = useState("");
  const followed = useRef(new Map<string, number>());

  useEffect(() => {
    for (const [index, page] of pages.entries()) {
      const job = jobs[index];
      if (!job) continue;
      if (isActive(job)) {
        const quarter = Math.floor((percentDone(job) ?? 0) / 25);
        if (followed.current.has(job.jobId) && quarter > (followed.current.get(job.jobId) ?? 0))
          setAnnouncement(texts.sync.announceProgress(page.name, quarter * 25));
        followed.current.set(job.jobId, quarter);
      } else if (followed.current.delete(job.jobId)) {
        tellOutcome(job);
        void client.invalidateQueries(allButSyncs);
      }
    }
  }, [pages, jobs, client]);

  useEffect(
    () => onOtherTab((pageId) => void client.invalidateQueries({ queryKey: syncKey(pageId) })),
    [client],
  );

  return (
    <div className="sr-only" aria-live="polite">
      {announcement}
    </div>
  );
}

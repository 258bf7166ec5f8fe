import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { body, useApi } from "../api/client";
import type { StartedView, StartSyncBody } from "../api/schema";
import { complain, notify } from "../notify";
import { tellTabs } from "../tabs";
import { texts } from "../texts";
import { runsKey, syncKey, syncQuery } from "./queries";
import { isActive, justStarted } from "./sync";

/** The latest sync of a Page, and the verbs that change it. */
export function useSync(facebookPageId: string) {
  const api = useApi();
  const client = useQueryClient();
  const { data: job } = useQuery(syncQuery(api, client, facebookPageId));

  const refresh = () => client.invalidateQueries({ queryKey: syncKey(facebookPageId) });
  const follow = ({ jobId, existing }: StartedView) => {
    const title = existing ? texts.sync.alreadyRunning : texts.sync.startedTitle;
    notify("iris", title, texts.sync.startedText);
    client.setQueryData(
      syncKey(facebookPageId),
      justStarted(facebookPageId, jobId, new Date().toISOString()),
    );
    tellTabs(facebookPageId);
    void client.invalidateQueries({ queryKey: runsKey(facebookPageId) });
    void refresh();
  };
  const refused = (problem: unknown) => complain(texts.sync.notStarted, problem);
  const start = useMutation({
    mutationFn: (mode: NonNullable<StartSyncBody["mode"]>) =>
      body(api.POST("/api/facebook/sync-background", { body: { facebookPageId, mode } })),
    onSuccess: follow,
    onError: refused,
  });
  const retryFailed = useMutation({
    mutationFn: (jobId: string) =>
      body(api.POST("/api/facebook/sync-jobs/{jobId}/retry-failed", { params: { path: { jobId } } })),
    onSuccess: follow,
    onError: refused,
  });
  const cancel = useMutation({
    mutationFn: (jobId: string) =>
      body(api.POST("/api/facebook/sync-cancel/{jobId}", { params: { path: { jobId } } })),
    onError: (problem) => complain(texts.sync.notCancelled, problem),
    // Also where it was refused: then the sync is over, and this shows how it ended.
    onSettled: refresh,
  });
  return { job: job ?? null, active: job ? isActive(job) : false, start, retryFailed, cancel };
}

export type Sync = ReturnType<typeof useSync>;

import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { body, useApi } from "../api/client";
import { told } from "../api/problems";
import type { StartSyncBody } from "../api/schema";
import { texts } from "../texts";
import { syncKey, syncQuery } from "./queries";
import { isActive, justStarted } from "./sync";

/** The latest sync of a Page, and the verbs that change it. */
export function useSync(facebookPageId: string) {
  const api = useApi();
  const client = useQueryClient();
  const { data: job } = useQuery(syncQuery(api, client, facebookPageId));

  const follow = (jobId: string) => {
    client.setQueryData(
      syncKey(facebookPageId),
      justStarted(facebookPageId, jobId, new Date().toISOString()),
    );
    return client.invalidateQueries({ queryKey: syncKey(facebookPageId) });
  };
  const start = useMutation({
    mutationFn: (mode: StartSyncBody["mode"]) =>
      body(api.POST("/api/facebook/sync-background", { body: { facebookPageId, ...(mode && { mode }) } })),
    onSuccess: ({ jobId, existing }) => {
      const title = existing ? texts.sync.alreadyRunning : texts.sync.startedTitle;
      notifications.show({ title, message: texts.sync.startedText, color: "iris" });
      void follow(jobId);
    },
    onError: (problem) => complain(texts.sync.notStarted, problem),
  });
  const cancel = useMutation({
    mutationFn: (jobId: string) =>
      body(api.POST("/api/facebook/sync-cancel/{jobId}", { params: { path: { jobId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: syncKey(facebookPageId) }),
    onError: (problem) => complain(texts.sync.notCancelled, problem),
  });
  return { job: job ?? null, active: job ? isActive(job) : false, start, cancel, follow };
}

export function complain(title: string, problem: unknown) {
  notifications.show({ title, message: told(problem), color: "red", autoClose: 8000 });
}

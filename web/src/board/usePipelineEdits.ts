import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, body, useApi } from "../api/client";
import type { EditPipelineBody, NewStageBody, PipelineView, StageView } from "../api/schema";
import { contactsKey } from "../contacts/queries";
import { complain, notify } from "../notify";
import { pagesQuery, pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";

const CHANGES = ["change pipeline"];
const { pipelineEdits: says } = texts;

/** Changing a pipeline and its stages, for owners. Every answer is the pipeline as it is then. */
export function usePipelineEdits(pipelineId: string) {
  const api = useApi();
  const client = useQueryClient();
  const { queryKey } = pipelinesQuery(api);

  const reorder = (stageIds: readonly string[]) =>
    client.setQueryData(
      queryKey,
      (known) =>
        known && {
          pipelines: known.pipelines.map((each) =>
            each.id === pipelineId ? { ...each, stages: inOrder(each.stages, stageIds) } : each,
          ),
        },
    );

  const answered = {
    onSuccess: (edited: PipelineView) => {
      client.setQueryData(queryKey, (known) => known && withPipeline(known, edited));
      void client.invalidateQueries({ queryKey: contactsKey });
    },
    onError: useComplaint(says.notSaved),
  };

  return {
    change: useMutation({
      // One after the other, each on top of what the one before made of the order.
      mutationKey: CHANGES,
      scope: { id: pipelineId },
      onMutate: async ({ stageIds }) => {
        if (!stageIds) return;
        reorder(stageIds);
        // What is being asked for would show the order as it was.
        await client.cancelQueries({ queryKey });
      },
      mutationFn: (edit: EditPipelineBody) => {
        const params = { path: { pipelineId } };
        return body(api.PATCH("/api/pipelines/{pipelineId}", { params, body: edit }));
      },
      onSuccess: (edited) => {
        if (client.isMutating({ mutationKey: CHANGES }) === 1) answered.onSuccess(edited);
      },
      onError: (problem) => {
        answered.onError(problem);
        void client.invalidateQueries({ queryKey });
      },
    }),
    addStage: useMutation({
      mutationFn: (stage: NewStageBody) => {
        const params = { path: { pipelineId } };
        return body(api.POST("/api/pipelines/{pipelineId}/stages", { params, body: stage }));
      },
      ...answered,
    }),
    changeStage: useMutation({
      mutationFn: ({ stageId, ...edit }: Required<Omit<NewStageBody, "position">> & { stageId: string }) => {
        const params = { path: { pipelineId, stageId } };
        return body(api.PATCH("/api/pipelines/{pipelineId}/stages/{stageId}", { params, body: edit }));
      },
      ...answered,
    }),
    archiveStage: useMutation({
      mutationFn: ({ stageId, moveContactsTo }: { stageId: string; moveContactsTo: string | null }) => {
        const params = { path: { pipelineId, stageId }, query: moveContactsTo ? { moveContactsTo } : {} };
        return body(api.DELETE("/api/pipelines/{pipelineId}/stages/{stageId}", { params }));
      },
      ...answered,
      ...untilMoved,
    }),
  };
}

export function useNewPipeline(onCreated: (pipelineId: string) => void) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => body(api.POST("/api/pipelines", { body: { name } })),
    onSuccess: async ({ id }) => {
      await client.invalidateQueries(pipelinesQuery(api));
      onCreated(id);
    },
    onError: useComplaint(says.notCreated),
  });
}

/** Pages that used it get the pipeline that its contacts go to. */
export function useArchivePipeline(
  { id: pipelineId, name }: PipelineView,
  onArchived: (movedContactsTo: string | null) => void,
) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (moveContactsTo: string | null) => {
      const params = { path: { pipelineId }, query: moveContactsTo ? { moveContactsTo } : {} };
      return body(api.DELETE("/api/pipelines/{pipelineId}", { params }));
    },
    ...untilMoved,
    onSuccess: (_, moveContactsTo) => {
      notify("teal", says.archived(name));
      onArchived(moveContactsTo);
      for (const { queryKey } of [pipelinesQuery(api), pagesQuery(api), { queryKey: contactsKey }])
        void client.invalidateQueries({ queryKey });
    },
    onError: useComplaint(says.notSaved),
  });
}

function useComplaint(title: string) {
  const { queryKey } = pipelinesQuery(useApi());
  const client = useQueryClient();
  return (problem: unknown) => {
    complain(title, problem);
    // Somebody else may have changed what was seen here.
    if (problem instanceof ApiError && problem.status < 500) void client.invalidateQueries({ queryKey });
  };
}

/** More contacts than one call can move: repeating it goes on. */
const untilMoved = {
  retry: (_: number, problem: unknown) => problem instanceof ApiError && problem.code === "STILL_MOVING",
  retryDelay: 1000,
};

export type PipelineEdits = ReturnType<typeof usePipelineEdits>;

const withPipeline = ({ pipelines }: { pipelines: readonly PipelineView[] }, edited: PipelineView) => ({
  pipelines: pipelines.map((pipeline) => (pipeline.id === edited.id ? edited : pipeline)),
});

const inOrder = (stages: readonly StageView[], stageIds: readonly string[]) =>
  [...stages].sort((one, other) => stageIds.indexOf(one.id) - stageIds.indexOf(other.id));

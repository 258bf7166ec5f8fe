import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, body, useApi } from "../api/client";
import type { ContactView, StageView } from "../api/schema";
import { complain, notify } from "../notify";
import { pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";
import { expectArrival, type Part } from "./arrival";
import { tellMoved } from "./moved";
import { fullName } from "./names";
import { drop, place } from "./placing";
import { countKey, type Filter } from "./queries";

const MOVES = ["move"];
const { board: says } = texts;

export interface Move {
  readonly contact: ContactView;
  readonly from: StageView | undefined;
  readonly to: StageView;
  /** What of the card gets the focus where it goes. */
  readonly focus?: Part;
}

/** Moving a contact to another stage: seen at once, and taken back where the server says no. */
export function useMove(filter: Filter) {
  const api = useApi();
  const client = useQueryClient();

  const show = (contact: ContactView, focus?: Part) => {
    expectArrival(contact.id, focus);
    place(client, filter, contact);
  };
  const current = (contactId: string) =>
    body(api.GET("/api/contacts/{contactId}", { params: { path: { contactId } } }));

  /** Somebody else was first: shows where the contact is now. */
  const outrun = async ({ contact }: Move, problem: unknown) => {
    const now = await current(contact.id).catch(() => null);
    show(now ?? contact);
    if (now) notify("orange", says.outrun(fullName(now)), says.nowIn(now.stageName));
    else complain(says.notMoved(fullName(contact)), problem);
  };

  const { mutate } = useMutation({
    mutationKey: MOVES,
    mutationFn: ({ contact, to }: Move) => {
      const params = { path: { contactId: contact.id } };
      const edit = { stageId: to.id, version: contact.version };
      return body(api.PATCH("/api/contacts/{contactId}", { params, body: edit }));
    },
    onMutate: async ({ contact, to, focus }) => {
      show(onItsWay(contact, to), focus);
      // What was asked before would undo it; what has never been answered still has to be.
      await client.cancelQueries({
        queryKey: ["contacts"],
        predicate: ({ state }) => state.data !== undefined,
      });
    },
    onSuccess: (moved, { contact, from, to }) => {
      place(client, filter, moved);
      client.setQueryData(["contact", contact.id], moved);
      void client.invalidateQueries({ queryKey: ["activities", contact.id] });
      tellMoved(contact, to, from && (() => mutate({ contact: moved, from: to, to: from })));
    },
    onError: async (problem, move) => {
      const [{ contact }, code] = [move, problem instanceof ApiError ? problem.status : 0];
      if (code === 409) return outrun(move, problem);
      if (code === 404) {
        drop(client, filter, contact);
        return notify("red", says.gone(fullName(contact)));
      }
      show(contact);
      complain(says.notMoved(fullName(contact)), problem);
      // The stage may be one that somebody has archived.
      if (code === 400) await client.invalidateQueries({ queryKey: pipelinesQuery(api).queryKey });
    },
    onSettled: (_moved, _problem, { from, to }) => {
      // The board shows it already; whatever else lists contacts asks again when it is next seen.
      void client.invalidateQueries({ queryKey: ["contacts"], refetchType: "none" });
      if (client.isMutating({ mutationKey: MOVES }) > 1) return;
      for (const stage of [from, to])
        if (stage) void client.invalidateQueries({ queryKey: countKey(stage.id, filter) });
    },
  });
  return mutate;
}

const onItsWay = (contact: ContactView, to: StageView) => ({
  ...contact,
  stageId: to.id,
  stageName: to.name,
  stageSetBy: "HUMAN" as const,
  suggestedStageId: null,
  suggestedStageName: null,
  isMoving: true as const,
});

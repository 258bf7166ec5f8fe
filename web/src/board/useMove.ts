import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, body, useApi } from "../api/client";
import type { ContactView, StageView } from "../api/schema";
import { isConflict } from "../contacts/editing";
import { fullName } from "../contacts/names";
import { activitiesQuery, contactQuery, contactsKey, countsKey, listsKey } from "../contacts/queries";
import { complain, notify } from "../notify";
import { pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";
import { expectArrival, type Part } from "./arrival";
import type { Card } from "./cards";
import { stageIdOf } from "./columns";
import { tellMoved } from "./moved";
import { placing } from "./placing";
import { allCardsKey, type Filter } from "./queries";

const MOVES = ["move"];
const { board: says } = texts;

export interface Move {
  readonly contact: ContactView;
  readonly from: StageView | undefined;
  readonly to: StageView;
  /** What of the card gets the focus where it goes. */
  readonly focus?: Part;
  /** Of the board it was made on: until it is answered, or undone, another may be looked at. */
  readonly filter: Filter;
}

/** Moving a contact to another stage: seen at once, and taken back where the server says no. */
export function useMove(filter: Filter) {
  const api = useApi();
  const client = useQueryClient();
  const path = ({ contact }: Move) => ({ path: { contactId: contact.id } });

  const show = (contact: Card, { filter: seen, focus }: Pick<Move, "filter" | "focus">) => {
    expectArrival(contact.id, focus);
    placing(client, api, seen).place(contact);
  };

  /** Somebody else was first: shows where the contact is now. */
  const outrun = async (move: Move, problem: unknown) => {
    const now = await body(api.GET("/api/contacts/{contactId}", { params: path(move) })).catch(() => null);
    if (!now) return takenBack(move, problem);
    show(now, { filter: move.filter });
    notify("orange", says.outrun(fullName(now)), says.nowIn(now.stageName));
  };

  const takenBack = ({ contact, filter: seen }: Move, problem: unknown) => {
    show(contact, { filter: seen });
    complain(says.notMoved(fullName(contact)), problem);
    // What was refused may be a stage that somebody has archived.
    if (problem instanceof ApiError && problem.status < 500)
      void client.invalidateQueries({ queryKey: pipelinesQuery(api).queryKey });
  };

  const { mutate } = useMutation({
    mutationKey: MOVES,
    mutationFn: (move: Move) => {
      const edit = { stageId: stageIdOf(move.to.id), version: move.contact.version };
      return body(api.PATCH("/api/contacts/{contactId}", { params: path(move), body: edit }));
    },
    onMutate: async (move) => {
      show(onItsWay(move.contact, move.to), move);
      // What was asked before would undo it; what has never been answered still has to be.
      await client.cancelQueries({
        queryKey: contactsKey,
        predicate: ({ state }) => state.data !== undefined,
      });
    },
    onSuccess: (moved, { contact, from, to, filter: seen }) => {
      placing(client, api, seen).place(moved);
      client.setQueryData(contactQuery(api, contact.id).queryKey, moved);
      tellMoved(contact, to, from && (() => mutate({ contact: moved, from: to, to: from, filter: seen })));
    },
    onError: (problem, move) => {
      if (isConflict(problem)) return outrun(move, problem);
      if (!(problem instanceof ApiError) || problem.status !== 404) return takenBack(move, problem);
      placing(client, api, move.filter).drop(move.contact);
      notify("red", says.gone(fullName(move.contact)));
    },
    onSettled: (_moved, _problem, { contact, filter: seen }) => {
      void client.invalidateQueries({ queryKey: activitiesQuery(api, contact.id).queryKey });
      // The board it was made on shows it already; what else is looked at asks again, and the rest when it is seen.
      void client.invalidateQueries({ queryKey: contactsKey, refetchType: "none" });
      void client.invalidateQueries({ queryKey: listsKey });
      if (seen !== filter) void client.invalidateQueries({ queryKey: allCardsKey });
      if (client.isMutating({ mutationKey: MOVES }) > 1) return;
      void client.invalidateQueries({ queryKey: pipelinesQuery(api).queryKey });
      void client.invalidateQueries({ queryKey: countsKey });
    },
  });
  return (move: Omit<Move, "filter">) => mutate({ ...move, filter });
}

const onItsWay = (contact: ContactView, to: StageView) => ({
  ...contact,
  stageId: stageIdOf(to.id),
  stageName: stageIdOf(to.id) && to.name,
  stageSetBy: "HUMAN" as const,
  suggestedStageId: null,
  suggestedStageName: null,
  isMoving: true as const,
});

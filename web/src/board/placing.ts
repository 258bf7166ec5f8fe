/** Where contacts stand on the board, in what is cached of it. */
import { hashKey, notifyManager, type QueryClient } from "@tanstack/react-query";
import type { Api } from "../api/client";
import type { ContactView, CountView } from "../api/schema";
import { type Card, type Cards, holds, inserted, replaced, without } from "./cards";
import { allCardsKey, cardsKey, type Filter, stageCountQuery } from "./queries";

export function placing(client: QueryClient, api: Api, filter: Filter) {
  const stageOf = (contactId: string) =>
    client
      .getQueriesData<Cards>({ queryKey: allCardsKey })
      .filter(([, cards]) => holds(cards, contactId))
      .map(([key]) => ({ key, stageId: (key[2] as { stageId: string }).stageId }))
      .find(({ key, stageId }) => hashKey(key) === hashKey(cardsKey(stageId, filter)))?.stageId ?? null;

  const update = (stageId: string, by: number, change: (cards: Cards) => Cards) => {
    client.setQueryData<Cards>(cardsKey(stageId, filter), (cards) => cards && change(cards));
    client.setQueryData<CountView>(
      stageCountQuery(api, stageId, filter).queryKey,
      (told) => told && { count: told.count + by },
    );
  };

  /** Puts a contact into its stage, from wherever on the board it is, and counts along. */
  const place = (contact: Card) =>
    notifyManager.batch(() => {
      const from = stageOf(contact.id);
      const to = belongs(contact, filter) ? contact.stageId : null;
      if (to && from === to) return update(to, 0, (cards) => replaced(cards, contact));
      if (from) update(from, -1, (cards) => without(cards, contact.id));
      if (to) update(to, +1, (cards) => inserted(cards, contact));
    });

  /** Takes a contact off the board that is no more. */
  const drop = (contact: ContactView) => place({ ...contact, stageId: null });

  return { place, drop };
}

/** What a person decides answers the AI's suggestion. */
const belongs = (contact: ContactView, filter: Filter) =>
  !filter.suggested || contact.suggestedStageId !== null;

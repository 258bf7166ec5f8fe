/** Where contacts stand on the board, in what is cached of it. */
import { hashKey, notifyManager, type QueryClient } from "@tanstack/react-query";
import type { Api } from "../api/client";
import type { ContactView, CountView } from "../api/schema";
import { type Card, type Cards, holds, inserted, replaced, without } from "./cards";
import { columnOf } from "./columns";
import { allCardsKey, cardsKey, columnCountQuery, type Filter } from "./queries";

export function placing(client: QueryClient, api: Api, filter: Filter) {
  const columnNow = (contactId: string) =>
    client
      .getQueriesData<Cards>({ queryKey: allCardsKey })
      .filter(([, cards]) => holds(cards, contactId))
      .map(([key]) => ({ key, columnId: (key[2] as { columnId: string }).columnId }))
      .find(({ key, columnId }) => hashKey(key) === hashKey(cardsKey(columnId, filter)))?.columnId ?? null;

  const update = (columnId: string, by: number, change: (cards: Cards) => Cards) => {
    client.setQueryData<Cards>(cardsKey(columnId, filter), (cards) => cards && change(cards));
    client.setQueryData<CountView>(
      columnCountQuery(api, columnId, filter).queryKey,
      (told) => told && { count: told.count + by },
    );
  };

  const move = (contact: Card, to: string | null) =>
    notifyManager.batch(() => {
      const from = columnNow(contact.id);
      if (to && from === to) return update(to, 0, (cards) => replaced(cards, contact));
      if (from) update(from, -1, (cards) => without(cards, contact.id));
      if (to) update(to, +1, (cards) => inserted(cards, contact));
    });

  /** Puts a contact into its column, from wherever on the board it is, and counts along. */
  const place = (contact: Card) => move(contact, belongs(contact, filter) ? columnOf(contact) : null);

  /** Takes a contact off the board that is no more. */
  const drop = (contact: ContactView) => move(contact, null);

  return { place, drop };
}

/** What a person decides answers the AI's suggestion. */
const belongs = (contact: ContactView, filter: Filter) =>
  !filter.suggested || contact.suggestedStageId !== null;

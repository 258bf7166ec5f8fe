/** Where contacts stand on the board, in what is cached of it. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { ContactsView, ContactView, CountView } from "../api/schema";
import { cardsKey, countKey, type Filter } from "./queries";

/** A contact on the board; `isMoving` until the server has said yes or no. */
export type Card = ContactView & { readonly isMoving?: true };
export type Cards = InfiniteData<ContactsView, string>;

const CARDS = ["contacts", "cards"] as const;

/** Puts a contact into its stage, from wherever on the board it is, and counts along. */
export function place(client: QueryClient, filter: Filter, contact: Card): void {
  const from = stageOnBoard(client, filter, contact.id);
  const to = belongs(contact, filter) ? contact.stageId : null;
  if (from === to) {
    if (to) update(client, to, filter, (cards) => replaced(cards, contact));
    return;
  }
  if (from) {
    update(client, from, filter, (cards) => without(cards, contact.id));
    count(client, from, filter, -1);
  }
  if (to) {
    update(client, to, filter, (cards) => inserted(cards, contact));
    count(client, to, filter, +1);
  }
}

/** Takes a contact off the board that is no more. */
export const drop = (client: QueryClient, filter: Filter, contact: ContactView) =>
  place(client, filter, { ...contact, stageId: null });

/** A decision of a person answers the AI's suggestion. */
const belongs = (contact: ContactView, filter: Filter) =>
  !filter.suggested || contact.suggestedStageId !== null;

function stageOnBoard(client: QueryClient, filter: Filter, contactId: string): string | null {
  for (const [key, cards] of client.getQueriesData<Cards>({ queryKey: CARDS })) {
    const { stageId } = key[2] as { stageId: string };
    const isShown = JSON.stringify(key) === JSON.stringify(cardsKey(stageId, filter));
    if (isShown && cards?.pages.some((page) => page.contacts.some(({ id }) => id === contactId)))
      return stageId;
  }
  return null;
}

const update = (client: QueryClient, stageId: string, filter: Filter, change: (cards: Cards) => Cards) =>
  client.setQueryData<Cards>(cardsKey(stageId, filter), (cards) => cards && change(cards));

const count = (client: QueryClient, stageId: string, filter: Filter, by: number) =>
  client.setQueryData<CountView>(
    countKey(stageId, filter),
    (told) => told && { count: Math.max(0, told.count + by) },
  );

export const without = (cards: Cards, contactId: string): Cards =>
  changed(cards, (contacts) => contacts.filter(({ id }) => id !== contactId));

const replaced = (cards: Cards, contact: Card): Cards =>
  changed(cards, (contacts) => contacts.map((each) => (each.id === contact.id ? contact : each)));

/** At its place by the latest interaction; at the end of what is loaded where that is further down. */
export function inserted(cards: Cards, contact: Card): Cards {
  const isAfter = (each: ContactView) => (each.lastInteraction ?? "") < (contact.lastInteraction ?? "");
  const found = cards.pages.findIndex((page) => page.contacts.some(isAfter));
  const at = found === -1 ? cards.pages.length - 1 : found;
  return changed(cards, (contacts, index) => {
    if (index !== at) return contacts;
    const place = contacts.findIndex(isAfter);
    return contacts.toSpliced(place === -1 ? contacts.length : place, 0, contact);
  });
}

const changed = (
  cards: Cards,
  change: (contacts: readonly ContactView[], page: number) => ContactView[] | readonly ContactView[],
): Cards => ({
  ...cards,
  pages: cards.pages.map((page, index) => ({ ...page, contacts: [...change(page.contacts, index)] })),
});

/** A stage's cards as they are cached, and what becomes of them when a contact comes or goes. */
import type { InfiniteData } from "@tanstack/react-query";
import type { ContactsView, ContactView } from "../api/schema";

/** A contact on the board; `isMoving` until the server has said yes or no. */
export type Card = ContactView & { readonly isMoving?: true };
export type Cards = InfiniteData<ContactsView, string>;

export const holds = (cards: Cards | undefined, contactId: string) =>
  cards?.pages.some((page) => page.contacts.some(({ id }) => id === contactId)) ?? false;

export const without = (cards: Cards, contactId: string): Cards =>
  changed(cards, (contacts) => contacts.filter(({ id }) => id !== contactId));

export const replaced = (cards: Cards, contact: Card): Cards =>
  changed(cards, (contacts) => contacts.map((each) => (each.id === contact.id ? contact : each)));

/** At its place by the latest interaction; at the end of what is loaded where that is further down. */
export function inserted(cards: Cards, contact: Card): Cards {
  const isEarlier = (each: ContactView) => (each.lastInteraction ?? "") < (contact.lastInteraction ?? "");
  const found = cards.pages.findIndex((page) => page.contacts.some(isEarlier));
  const page = found === -1 ? cards.pages.length - 1 : found;
  return changed(cards, (contacts, index) => {
    if (index !== page) return contacts;
    const at = contacts.findIndex(isEarlier);
    return contacts.toSpliced(at === -1 ? contacts.length : at, 0, contact);
  });
}

const changed = (cards: Cards, change: (contacts: ContactView[], page: number) => ContactView[]): Cards => ({
  ...cards,
  pages: cards.pages.map((page, index) => ({ ...page, contacts: change(page.contacts, index) })),
});

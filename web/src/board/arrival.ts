/** A card that changes its column is made anew there: it is brought into sight, and the keyboard stays on it. */

const CARD = "data-contact";
const PART = "data-part";
const BOARD = "data-board";
const PATIENCE_MILLISECONDS = 500;

/** What of a card can have the focus. */
export type Part = "handle" | "menu";

interface Arrival {
  readonly contactId: string;
  readonly part: string | null;
}

let expected: Arrival | null = null;

export const boardMark = { [BOARD]: "" };
export const cardMark = (contactId: string) => ({ [CARD]: contactId });
export const partMark = (part: Part) => ({ [PART]: part });

/** Before a card moves. `part` will have the focus; without it, what of the card has it now. */
export function expectArrival(contactId: string, part: Part | null = focusedPart(contactId)): void {
  const arrival = { contactId, part };
  expected = arrival;
  setTimeout(() => {
    if (expected !== arrival) return;
    // Where it went is not on the board: whoever was on it stays on the board.
    expected = null;
    if (part && document.activeElement === document.body)
      document.querySelector<HTMLElement>(`[${BOARD}]`)?.focus();
  }, PATIENCE_MILLISECONDS);
}

/** A card that has come to stand. */
export function arrive(card: HTMLElement, contactId: string): void {
  if (expected?.contactId !== contactId) return;
  const { part } = expected;
  expected = null;
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  card.dataset.arrived = "";
  if (part) card.querySelector<HTMLElement>(`[${PART}=${part}]`)?.focus({ preventScroll: true });
}

function focusedPart(contactId: string): Part | null {
  const focused = document.activeElement;
  if (focused?.closest(`[${CARD}]`)?.getAttribute(CARD) !== contactId) return null;
  return (focused.getAttribute(PART) as Part | null) ?? "handle";
}

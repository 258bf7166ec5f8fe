import { describe, expect, it } from "vitest";
import type { ContactView } from "../api/schema";
import { type Card, type Cards, inserted, without } from "./cards";

const card = (id: string, lastInteraction: string | null) => ({ id, lastInteraction }) as Card;
const cards = (...pages: Card[][]): Cards => ({
  pages: pages.map((contacts) => ({ contacts, nextCursor: null })),
  pageParams: pages.map(String),
});
const ids = ({ pages }: Cards) => pages.map(({ contacts }) => contacts.map(({ id }: ContactView) => id));

describe("a card that comes to a stage", () => {
  const stage = cards([card("june", "2026-06"), card("may", "2026-05")], [card("april", "2026-04")]);

  it("stands by its latest interaction", () => {
    expect(ids(inserted(stage, card("new", "2026-07")))).toEqual([["new", "june", "may"], ["april"]]);
    expect(ids(inserted(stage, card("new", "2026-05-20")))).toEqual([["june", "new", "may"], ["april"]]);
  });

  it("stands at the end of what is loaded where its place is further down", () => {
    expect(ids(inserted(stage, card("new", "2025-01")))).toEqual([
      ["june", "may"],
      ["april", "new"],
    ]);
    expect(ids(inserted(stage, card("new", null)))).toEqual([
      ["june", "may"],
      ["april", "new"],
    ]);
  });

  it("is the first of an empty stage", () => {
    expect(ids(inserted(cards([]), card("new", "2026-01")))).toEqual([["new"]]);
  });

  it("leaves the one it was in", () => {
    expect(ids(without(stage, "may"))).toEqual([["june"], ["april"]]);
  });
});

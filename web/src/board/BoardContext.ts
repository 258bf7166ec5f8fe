import { createContext, use } from "react";
import type { ContactView, StageView } from "../api/schema";
import type { Part } from "./arrival";

export interface BoardVerbs {
  readonly stages: readonly StageView[];
  readonly move: (contact: ContactView, to: StageView, focus?: Part) => void;
}

/** What a card can do on the board it is on. */
export const BoardContext = createContext<BoardVerbs | null>(null);

export function useBoard(): BoardVerbs {
  const board = use(BoardContext);
  if (!board) throw new Error("useBoard outside of BoardContext");
  return board;
}

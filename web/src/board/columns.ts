/** The columns of a board: the stages of its pipeline, and before them those who are in none. */
import type { ContactView, StageView } from "../api/schema";
import { texts } from "../texts";

export const UNSORTED = "unsorted";

export const unsortedColumn = (contactCount: number): StageView => ({
  id: UNSORTED,
  name: texts.board.unsorted,
  description: texts.board.unsortedHelp,
  kind: "OPEN",
  contactCount,
});

export const columnOf = ({ stageId }: Pick<ContactView, "stageId">) => stageId ?? UNSORTED;

/** The stage as the API knows it: null takes a contact out of its pipeline. */
export const stageIdOf = (columnId: string) => (columnId === UNSORTED ? null : columnId);

/** Which contacts the API shall look for. */
export const inColumn = (columnId: string) =>
  columnId === UNSORTED ? { staged: false } : { stageId: columnId };

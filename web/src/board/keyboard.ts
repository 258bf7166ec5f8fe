import {
  type CollisionDetection,
  KeyboardCode,
  type KeyboardCoordinateGetter,
  pointerWithin,
} from "@dnd-kit/core";

const STEPS: Partial<Record<string, (at: number, last: number) => number>> = {
  [KeyboardCode.Right]: (at, last) => Math.min(at + 1, last),
  [KeyboardCode.Left]: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};
const INSET = 8;

/** The stage that the keyboard is over. What is on its way keeps it when the board is told anew. */
export type Chosen = { current: string | null };

/** The arrow keys go from stage to stage, whatever is in sight of them; a pointer is over what is under it. */
export function keyboardColumns(stageIds: readonly string[], chosen: Chosen) {
  const coordinateGetter: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
    const step = STEPS[event.code];
    if (!step) return undefined;
    event.preventDefault();
    const last = stageIds.length - 1;
    const at = step(chosen.current ? stageIds.indexOf(chosen.current) : 0, last);
    chosen.current = stageIds[at] ?? null;
    const column = chosen.current ? context.droppableRects.get(chosen.current) : undefined;
    return column ? { x: column.left + INSET, y: currentCoordinates.y } : currentCoordinates;
  };

  const collisionDetection: CollisionDetection = (moving) => {
    if (moving.pointerCoordinates) return pointerWithin(moving);
    return chosen.current ? [{ id: chosen.current }] : [];
  };

  return { coordinateGetter, collisionDetection };
}

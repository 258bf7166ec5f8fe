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

/** The arrow keys go from stage to stage, whatever is in sight of them; a pointer is over what is under it. */
export function keyboardColumns(stageIds: readonly string[]) {
  let chosen: string | null = null;

  const coordinateGetter: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
    const step = STEPS[event.code];
    if (!step) return undefined;
    event.preventDefault();
    const last = stageIds.length - 1;
    const at = step(chosen ? stageIds.indexOf(chosen) : 0, last);
    chosen = stageIds[at] ?? null;
    const column = chosen ? context.droppableRects.get(chosen) : undefined;
    return column ? { x: column.left + INSET, y: currentCoordinates.y } : currentCoordinates;
  };

  const collisionDetection: CollisionDetection = (moving) => {
    if (moving.pointerCoordinates) return pointerWithin(moving);
    return chosen ? [{ id: chosen }] : [];
  };

  return {
    coordinateGetter,
    collisionDetection,
    /** At the beginning: the stage of what is picked up. */
    startAt: (stageId: string) => {
      chosen = stageId;
    },
  };
}

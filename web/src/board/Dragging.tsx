import {
  DndContext,
  type DragEndEvent,
  type DragOverEvent,
  DragOverlay,
  type DragStartEvent,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { type ReactNode, useMemo, useRef, useState } from "react";
import { texts } from "../texts";
import { announcements, cardOf } from "./announcements";
import { useBoard } from "./BoardContext";
import classes from "./Card.module.css";
import { CardFace } from "./CardFace";
import type { Card } from "./cards";
import { columnOf } from "./columns";
import { keyboardColumns } from "./keyboard";

/** Far enough for no click, long enough for no scrolling. */
const MOUSE = { activationConstraint: { distance: 6 } };
const TOUCH = { activationConstraint: { delay: 220, tolerance: 8 } };
/** Shares of what scrolls. */
const NEAR_THE_EDGE = { threshold: { x: 0.1, y: 0.15 } };

/** Cards of what is inside can be dragged from stage to stage: with a mouse, a finger or the keyboard. */
export function Dragging({ children }: { children: ReactNode }) {
  const { move, stages } = useBoard();
  const [dragged, setDragged] = useState<Card | null>(null);
  const chosen = useRef<string | null>(null);
  const columns = useMemo(
    () =>
      keyboardColumns(
        stages.map(({ id }) => id),
        chosen,
      ),
    [stages],
  );
  const sensors = useSensors(
    useSensor(MouseSensor, MOUSE),
    useSensor(TouchSensor, TOUCH),
    useSensor(KeyboardSensor, { coordinateGetter: columns.coordinateGetter, scrollBehavior: "auto" }),
  );
  const start = ({ active }: DragStartEvent) => {
    chosen.current = columnOf(cardOf(active));
    setDragged(cardOf(active));
  };
  const over = ({ over, activatorEvent }: DragOverEvent) => {
    if (over && activatorEvent instanceof KeyboardEvent)
      document.getElementById(`${over.id}`)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const end = ({ active, over }: DragEndEvent) => {
    setDragged(null);
    const to = stages.find(({ id }) => id === over?.id);
    const card = cardOf(active);
    if (to && to.id !== columnOf(card)) move(card, to);
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={columns.collisionDetection}
      autoScroll={NEAR_THE_EDGE}
      onDragStart={start}
      onDragOver={over}
      onDragEnd={end}
      onDragCancel={() => setDragged(null)}
      accessibility={{
        announcements: announcements(stages),
        screenReaderInstructions: { draggable: texts.board.howToDrag },
      }}
    >
      {children}
      <DragOverlay dropAnimation={null}>
        {dragged && (
          <div className={`${classes.card} ${classes.lifted}`} aria-hidden>
            <CardFace contact={dragged} />
          </div>
        )}
      </DragOverlay>
    </DndContext>
  );
}

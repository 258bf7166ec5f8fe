import { useDraggable } from "@dnd-kit/core";
import { useMergedRef } from "@mantine/hooks";
import { memo, useLayoutEffect, useRef } from "react";
import { fullName } from "../contacts/names";
import { texts } from "../texts";
import { arrive, cardMark, partMark } from "./arrival";
import classes from "./Card.module.css";
import { CardFace } from "./CardFace";
import type { Card } from "./cards";
import { MoveMenu } from "./MoveMenu";

export const ContactCard = memo(function ContactCard({ contact }: { contact: Card }) {
  const isMoving = contact.isMoving ?? false;
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, isDragging } = useDraggable({
    id: contact.id,
    data: contact,
    disabled: isMoving,
  });
  const card = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (card.current) arrive(card.current, contact.id);
  }, [contact.id]);
  return (
    <li>
      <article
        ref={useMergedRef(card, setNodeRef)}
        className={classes.card}
        aria-busy={isMoving}
        data-dragged={isDragging || undefined}
        onAnimationEnd={({ currentTarget }) => delete currentTarget.dataset.arrived}
        {...cardMark(contact.id)}
      >
        <div {...listeners}>
          <button
            type="button"
            ref={setActivatorNodeRef}
            className={classes.handle}
            aria-label={texts.board.drag(fullName(contact))}
            {...attributes}
            {...partMark("handle")}
          />
          <CardFace contact={contact} isLinked />
        </div>
        <MoveMenu contact={contact} />
      </article>
    </li>
  );
});

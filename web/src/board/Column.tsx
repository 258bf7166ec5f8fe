import { useDroppable } from "@dnd-kit/core";
import { memo, useId } from "react";
import type { StageView } from "../api/schema";
import { cardOf } from "./announcements";
import classes from "./Board.module.css";
import { ColumnHead } from "./ColumnHead";
import { columnOf } from "./columns";
import type { Filter } from "./queries";
import { StageCards } from "./StageCards";

interface Props {
  stage: StageView;
  filter: Filter;
  isFiltered: boolean;
}

/** A stage and who is in it. */
export const Column = memo(function Column({ stage, filter, isFiltered }: Props) {
  const heading = useId();
  const { setNodeRef, isOver, active } = useDroppable({ id: stage.id });
  const isTarget = isOver && active !== null && columnOf(cardOf(active)) !== stage.id;
  return (
    <section
      ref={setNodeRef}
      id={stage.id}
      className={classes.column}
      aria-labelledby={heading}
      data-kind={stage.kind}
      data-target={isTarget || undefined}
    >
      <ColumnHead id={heading} stage={stage} filter={filter} isFiltered={isFiltered} />
      <StageCards stage={stage} filter={filter} isFiltered={isFiltered} />
    </section>
  );
});

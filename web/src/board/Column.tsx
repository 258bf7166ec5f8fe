import { memo, useId } from "react";
import type { StageView } from "../api/schema";
import classes from "./Board.module.css";
import { ColumnHead } from "./ColumnHead";
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
  return (
    <section className={classes.column} aria-labelledby={heading} data-kind={stage.kind}>
      <ColumnHead id={heading} stage={stage} filter={filter} isFiltered={isFiltered} />
      <StageCards stage={stage} filter={filter} isFiltered={isFiltered} />
    </section>
  );
});

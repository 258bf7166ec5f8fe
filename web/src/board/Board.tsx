import type { PipelineView } from "../api/schema";
import { texts } from "../texts";
import classes from "./Board.module.css";
import { Column } from "./Column";
import { Clock } from "./now";
import type { BoardPlace } from "./useBoardPlace";

export function Board({ pipeline, place }: { pipeline: PipelineView; place: BoardPlace }) {
  return (
    <Clock>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to get there */}
      <section className={classes.board} aria-label={texts.board.stagesOf(pipeline.name)} tabIndex={0}>
        {pipeline.stages.map((stage) => (
          <Column key={stage.id} stage={stage} filter={place.filter} isFiltered={place.isFiltered} />
        ))}
      </section>
    </Clock>
  );
}

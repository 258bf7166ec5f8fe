import { useMemo } from "react";
import type { PipelineView } from "../api/schema";
import { texts } from "../texts";
import { boardMark } from "./arrival";
import classes from "./Board.module.css";
import { BoardContext, type BoardVerbs } from "./BoardContext";
import { Column } from "./Column";
import { columnOf, unsortedColumn } from "./columns";
import { Dragging } from "./Dragging";
import { Clock } from "./now";
import type { BoardPlace } from "./useBoardPlace";
import { useMove } from "./useMove";

interface Props {
  pipeline: PipelineView;
  /** How many contacts of the organisation are in no stage. */
  unsorted: number;
  place: BoardPlace;
}

export function Board({ pipeline, unsorted, place }: Props) {
  const move = useMove(place.filter);
  const stages = useMemo(
    () => (unsorted > 0 ? [unsortedColumn(unsorted), ...pipeline.stages] : pipeline.stages),
    [unsorted, pipeline.stages],
  );
  const verbs = useMemo<BoardVerbs>(
    () => ({
      stages,
      move: (contact, to, focus) => {
        const from = stages.find(({ id }) => id === columnOf(contact));
        move({ contact, from, to, ...(focus && { focus }) });
      },
    }),
    [stages, move],
  );
  return (
    <Clock>
      <BoardContext value={verbs}>
        <Dragging>
          <section
            className={classes.board}
            aria-label={texts.board.stagesOf(pipeline.name)}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to get there
            tabIndex={0}
            {...boardMark}
          >
            {stages.map((stage) => (
              <Column key={stage.id} stage={stage} filter={place.filter} isFiltered={place.isFiltered} />
            ))}
          </section>
        </Dragging>
      </BoardContext>
    </Clock>
  );
}

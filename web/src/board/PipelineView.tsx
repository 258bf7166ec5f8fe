import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import type { PipelineView as Pipeline } from "../api/schema";
import { pipelinesQuery } from "../pages/queries";
import { Broken } from "../shell/Broken";
import { texts } from "../texts";
import { Board } from "./Board";
import classes from "./Board.module.css";
import { BoardBar, BoardTools } from "./BoardBar";
import { BoardSkeleton } from "./BoardSkeleton";
import { UNSORTED } from "./columns";
import { NobodyYet } from "./NobodyYet";
import { columnCountQuery } from "./queries";
import { useBoardPlace } from "./useBoardPlace";

export default function PipelineView() {
  return (
    <div className={classes.view}>
      <title>{`${texts.board.title} – ${texts.product}`}</title>
      <ChosenPipeline />
    </div>
  );
}

function ChosenPipeline() {
  const asked = useQuery(pipelinesQuery(useApi()));
  const place = useBoardPlace();
  // Asked first, whatever is filtered: a column that came later would push the others aside.
  const counted = useQuery(columnCountQuery(useApi(), UNSORTED, {}));
  const { data: pipelines } = asked;
  const { data: unsorted } = counted;
  if (pipelines && unsorted !== undefined) {
    const pipeline = chosen(pipelines, place.pipelineId);
    const isEmpty =
      !place.isFiltered && unsorted === 0 && pipelines.every(({ contactCount }) => contactCount === 0);
    return (
      <>
        <BoardBar>
          <BoardTools pipelines={pipelines} pipeline={pipeline} place={place} isEmpty={isEmpty} />
        </BoardBar>
        {isEmpty && <NobodyYet />}
        {pipeline && !isEmpty && (
          <Board key={pipeline.id} pipeline={pipeline} unsorted={unsorted} place={place} />
        )}
      </>
    );
  }
  const failed = [asked, counted].find(({ data, error }) => error && data === undefined);
  if (failed)
    return (
      <Broken title={texts.trouble.title} advice={told(failed.error)} onRetry={() => void failed.refetch()} />
    );
  return (
    <>
      <BoardBar />
      <BoardSkeleton />
    </>
  );
}

/** The first one where the address names none, or one that is no more. */
const chosen = (pipelines: readonly Pipeline[], id: string | undefined) =>
  pipelines.find((pipeline) => pipeline.id === id) ?? pipelines[0];

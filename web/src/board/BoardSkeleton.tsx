import { Skeleton } from "@mantine/core";
import { texts } from "../texts";
import classes from "./Board.module.css";

const COLUMNS = [4, 3, 2, 3];

export function BoardSkeleton() {
  return (
    <div className={classes.board} role="status" aria-label={texts.board.loading}>
      {COLUMNS.map((cards, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing of it ever moves
        <div key={column} className={classes.column}>
          <Skeleton height={20} width="50%" m="md" radius="sm" />
          <CardSkeletons cards={cards} />
        </div>
      ))}
    </div>
  );
}

export function CardSkeletons({ cards }: { cards: number }) {
  return (
    <div className={classes.cards}>
      {Array.from({ length: cards }, (_, card) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing of it ever moves
        <Skeleton key={card} height={92} radius="md" />
      ))}
    </div>
  );
}

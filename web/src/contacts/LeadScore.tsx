import { texts } from "../texts";
import classes from "./marks.module.css";

export const HOT = 70;
export const WARM = 40;

const colorOf = (score: number) => (score >= HOT ? "teal" : score >= WARM ? "yellow" : "gray");

/** 0 to 100, as a number and a bar; nothing where no analysis has given one. */
export function LeadScore({ score }: { score: number | null }) {
  if (score === null) return null;
  return (
    <span className={classes.score} title={texts.contacts.scoreOf(score)}>
      <span className={classes.track} aria-hidden>
        <span
          className={classes.fill}
          style={{ width: `${score}%`, background: `var(--mantine-color-${colorOf(score)}-6)` }}
        />
      </span>
      <b className="numbers">{score}</b>
    </span>
  );
}

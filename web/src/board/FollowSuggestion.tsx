import { Button } from "@mantine/core";
import { fullName } from "../contacts/names";
import { texts } from "../texts";
import { useBoard } from "./BoardContext";
import classes from "./Card.module.css";
import type { Card } from "./cards";

const { board: says } = texts;

/** One click to where the AI would put the contact; not where that is a stage of another board. */
export function FollowSuggestion({ contact }: { contact: Card }) {
  const { stages, move } = useBoard();
  const stage = stages.find(({ id }) => id === contact.suggestedStageId);
  if (!stage) return null;
  return (
    <Button
      variant="light"
      size="compact-xs"
      className={classes.follow ?? ""}
      aria-label={says.followFor(fullName(contact), stage.name)}
      onClick={() => move(contact, stage, "menu")}
    >
      {says.follow}
    </Button>
  );
}

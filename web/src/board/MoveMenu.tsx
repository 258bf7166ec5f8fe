import { ActionIcon, Menu } from "@mantine/core";
import { Check, EllipsisVertical, Sparkles } from "lucide-react";
import { memo } from "react";
import type { StageView } from "../api/schema";
import { fullName } from "../contacts/names";
import { texts } from "../texts";
import { partMark } from "./arrival";
import { useBoard } from "./BoardContext";
import classes from "./Card.module.css";
import type { Card } from "./cards";
import { columnOf } from "./columns";
import { IN_CONTENT } from "./content";

const { board: says } = texts;

/** The way without dragging. */
export const MoveMenu = memo(function MoveMenu({ contact }: { contact: Card }) {
  const { stages, move } = useBoard();
  return (
    <Menu
      position="bottom-end"
      width={230}
      disabled={contact.isMoving ?? false}
      withInitialFocusPlaceholder={false}
      {...IN_CONTENT}
    >
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={26}
          className={classes.menu ?? ""}
          aria-label={says.moveTo(fullName(contact))}
          {...partMark("menu")}
        >
          <EllipsisVertical size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{says.moveToLabel}</Menu.Label>
        {stages.map((stage) => (
          <Destination
            key={stage.id}
            stage={stage}
            contact={contact}
            onChosen={() => move(contact, stage, "menu")}
          />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
});

interface DestinationProps {
  stage: StageView;
  contact: Card;
  onChosen: () => void;
}

function Destination({ stage, contact, onChosen }: DestinationProps) {
  const isHere = stage.id === columnOf(contact);
  const isSuggested = stage.id === contact.suggestedStageId;
  return (
    <Menu.Item
      disabled={isHere}
      onClick={onChosen}
      rightSection={
        isHere ? (
          <Check size={15} aria-label={says.isHere} />
        ) : (
          isSuggested && <Sparkles size={14} className={classes.spark} aria-label={says.isSuggested} />
        )
      }
    >
      {stage.name}
    </Menu.Item>
  );
}

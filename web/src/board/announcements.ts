import type { Active, Announcements } from "@dnd-kit/core";
import type { StageView } from "../api/schema";
import { fullName } from "../contacts/names";
import { texts } from "../texts";
import type { Card } from "./cards";
import { columnOf } from "./columns";

const { board: says } = texts;

export const cardOf = (active: Active) => active.data.current as Card;

/** What a screen reader says while a card is being moved. */
export function announcements(stages: readonly StageView[]): Announcements {
  const stageName = (id: string | number | null | undefined) => stages.find((stage) => stage.id === id)?.name;
  const nameOf = (active: Active) => fullName(cardOf(active));
  return {
    onDragStart: ({ active }) => says.picked(nameOf(active), stageName(columnOf(cardOf(active)))),
    onDragOver: ({ active, over }) => {
      const at = stages.findIndex(({ id }) => id === over?.id);
      const stage = stages[at];
      return stage && says.over(nameOf(active), stage.name, at + 1, stages.length);
    },
    onDragEnd: ({ active, over }) => {
      const stage = stageName(over?.id);
      const stays = !stage || over?.id === columnOf(cardOf(active));
      return stays
        ? says.stays(nameOf(active), stageName(columnOf(cardOf(active))))
        : says.dropped(nameOf(active), stage);
    },
    onDragCancel: ({ active }) => says.stays(nameOf(active), stageName(columnOf(cardOf(active)))),
  };
}

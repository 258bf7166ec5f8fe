import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import type { ContactView, StageView } from "../api/schema";
import { fullName } from "../contacts/names";
import { texts } from "../texts";

let latest = "";
const SHOWN_MILLISECONDS = 8000;
const { board: says } = texts;

/** Says where the latest contact went; `undo` takes it back. */
export function tellMoved(contact: ContactView, to: StageView, undo: (() => void) | undefined): void {
  const back = () => {
    notifications.hide(latest);
    undo?.();
  };
  notifications.hide(latest);
  // Each has an id, and so a time, of its own.
  latest = notifications.show({
    color: "teal",
    title: says.moved(fullName(contact), to.name),
    message: (
      <Group justify="space-between" gap="sm">
        <span>{contact.stageSetBy === "AI" && says.yoursNow}</span>
        {undo && (
          <Button size="compact-sm" variant="light" onClick={back}>
            {says.undo}
          </Button>
        )}
      </Group>
    ),
    autoClose: SHOWN_MILLISECONDS,
    closeButtonProps: { "aria-label": texts.close },
  });
}

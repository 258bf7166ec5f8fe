import { notifications } from "@mantine/notifications";
import { told } from "./api/problems";
import { texts } from "./texts";

/** A word at the edge of the screen; `color` is "iris" for news, "teal" for success, "red" for trouble. */
export function notify(color: string, title: string, message = "") {
  const closeButtonProps = { "aria-label": texts.close };
  notifications.show({ title, message, color, autoClose: color === "iris" ? 5000 : 8000, closeButtonProps });
}

export const complain = (title: string, problem: unknown) => notify("red", title, told(problem));

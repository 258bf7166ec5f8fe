import { complain, notify } from "../notify";
import { texts } from "../texts";
import { isConflict } from "./editing";

const { contact: says } = texts;

/** Says why an edit was not taken. */
export function tellRefused(problem: unknown) {
  if (isConflict(problem)) notify("orange", says.conflictTitle, says.conflictText);
  else complain(says.notSaved, problem);
}

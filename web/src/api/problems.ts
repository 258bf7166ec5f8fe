import { texts } from "../texts";
import { ApiError } from "./client";

/** What to tell a person about a call that did not work: the API's own words where it has some. */
export function told(problem: unknown): string {
  if (!(problem instanceof ApiError)) return texts.trouble.network;
  if (problem.code === "OWNER_ONLY") return texts.trouble.ownerOnly;
  if (problem.status < 500 && problem.message) return problem.message;
  // By its id whoever runs this finds the call in the logs.
  return [texts.trouble.server, problem.requestId && texts.trouble.requestId(problem.requestId)]
    .filter(Boolean)
    .join(" ");
}

/** Whether asking again may help: not where the API has refused. */
export const passes = (problem: unknown) =>
  !(problem instanceof ApiError) || problem.status >= 500 || problem.status === 429;

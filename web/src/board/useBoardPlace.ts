import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Filter } from "./queries";

const NAMES = { pipelineId: "pipeline", facebookPageId: "page", q: "q", suggested: "suggested" } as const;

export interface BoardPlace {
  readonly pipelineId: string | null;
  readonly filter: Filter;
  readonly isFiltered: boolean;
  /** Null or "" takes a part out of the address. What is typed replaces it, so that Back leads out of the board. */
  readonly go: (part: keyof typeof NAMES, value: string | null) => void;
  readonly showAll: () => void;
}

/** Which pipeline is shown and which of its contacts: all of it is in the address, and can be sent to somebody. */
export function useBoardPlace(): BoardPlace {
  const [params, setParams] = useSearchParams();
  return useMemo(() => {
    const [page, q] = [params.get(NAMES.facebookPageId), params.get(NAMES.q)?.trim()];
    const filter: Filter = {
      ...(page && { facebookPageId: page }),
      ...(q && { q }),
      ...(params.has(NAMES.suggested) && { suggested: true }),
    };
    return {
      pipelineId: params.get(NAMES.pipelineId),
      filter,
      isFiltered: Object.keys(filter).length > 0,
      go: (part, value) =>
        setParams(
          (before) => {
            const after = new URLSearchParams(before);
            if (value) after.set(NAMES[part], value);
            else after.delete(NAMES[part]);
            return after;
          },
          { replace: part !== "pipelineId" },
        ),
      showAll: () =>
        setParams((before) => {
          const pipeline = before.get(NAMES.pipelineId);
          return pipeline ? { [NAMES.pipelineId]: pipeline } : {};
        }),
    };
  }, [params, setParams]);
}

import { useMemo } from "react";
import { useSearchParams } from "react-router";
import { type FilterChange, readFilters, withFilters } from "../contacts/filters";
import type { Filter } from "./queries";

export interface BoardPlace {
  readonly pipelineId: string | undefined;
  readonly filter: Filter;
  readonly isFiltered: boolean;
  readonly choosePipeline: (pipelineId: string) => void;
  readonly narrow: (change: FilterChange) => void;
  readonly showAll: () => void;
}

/** Which pipeline is shown and which of its contacts: all of it is in the address, and can be sent to somebody. */
export function useBoardPlace(): BoardPlace {
  const [address, setAddress] = useSearchParams();
  return useMemo(() => {
    const { pipelineId, stageId: _each, ...filter } = readFilters(address);
    return {
      pipelineId,
      filter,
      isFiltered: Object.keys(filter).length > 0,
      choosePipeline: (chosen) => setAddress((before) => withFilters(before, { pipelineId: chosen })),
      // Back leads out of the board, and not through all that was typed.
      narrow: (change) => setAddress((before) => withFilters(before, change), { replace: true }),
      showAll: () => setAddress(pipelineId ? { pipelineId } : {}),
    };
  }, [address, setAddress]);
}

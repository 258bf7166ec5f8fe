import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { type FilterChange, NO_FILTERS, readFilters, withFilters } from "./filters";

/** The filters of the address, and how to change them. */
export function useFilters() {
  const [address, setAddress] = useSearchParams();
  const filters = useMemo(() => readFilters(address), [address]);
  const change = useCallback(
    (change: FilterChange) => setAddress((now) => withFilters(now, change), { replace: true }),
    [setAddress],
  );
  const clear = useCallback(() => change(NO_FILTERS), [change]);
  return { filters, change, clear, filtered: Object.keys(filters).length > 0 };
}

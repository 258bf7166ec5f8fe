import { useMediaQuery } from "@mantine/hooks";
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";

const ROW_PIXELS = 62;
const CARD_PIXELS = 92;
const OVERSCAN_ROWS = 8;
/** The application's header and the table's, so that no row hides behind them. */
const HEADERS_PIXELS = 110;
const MARGIN_PIXELS = 24;

/** Which rows exist, and where they are. The one with the focus stays, however far one scrolls. */
export function useRows(count: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const margin = useTop(body);
  const pixels = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false })
    ? CARD_PIXELS
    : ROW_PIXELS;
  const [focused, setFocused] = useState<number | null>(null);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => pixels,
    overscan: OVERSCAN_ROWS,
    scrollMargin: margin,
    scrollPaddingStart: HEADERS_PIXELS,
    scrollPaddingEnd: MARGIN_PIXELS,
    rangeExtractor: (range) => withRow(defaultRangeExtractor(range), focused, count),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes known so far are of the other layout
  useLayoutEffect(() => virtualizer.measure(), [pixels]);
  const onKeyDown = useArrows(body, count, focused, (index) => {
    virtualizer.scrollToIndex(index);
    setFocused(index);
  });
  return {
    body,
    rows: virtualizer.getVirtualItems(),
    totalPixels: virtualizer.getTotalSize(),
    margin,
    focus: setFocused,
    onKeyDown,
  };
}

/** How far below the page's top an element is, whatever comes and goes above it. */
function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (element.current) setTop(element.current.getBoundingClientRect().top + window.scrollY);
  });
  return top;
}

function withRow(shown: number[], row: number | null, count: number): number[] {
  const missing = row !== null && row < count && !shown.includes(row);
  return missing ? [...shown, row].sort((one, other) => one - other) : shown;
}

const STEPS: Record<string, (index: number, last: number) => number> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Arrows, Home and End lead from the link of one row to that of another. */
function useArrows(
  body: RefObject<HTMLElement | null>,
  count: number,
  focused: number | null,
  go: (index: number) => void,
) {
  const moved = useRef(false);
  // The row that a key leads to may exist only from now on.
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    body.current?.querySelector<HTMLElement>(`[data-index="${focused}"] a`)?.focus({ preventScroll: true });
  }, [body, focused]);
  return (event: KeyboardEvent) => {
    const next = focused !== null && STEPS[event.key]?.(focused, count - 1);
    if (typeof next !== "number" || next < 0 || next >= count) return;
    event.preventDefault();
    moved.current = true;
    go(next);
  };
}

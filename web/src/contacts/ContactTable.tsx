import { Button, Group, Paper, Skeleton, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { told } from "../api/problems";
import type { ContactView } from "../api/schema";
import { texts } from "../texts";
import { ContactRow } from "./ContactRow";
import classes from "./ContactTable.module.css";
import { ROLES } from "./roles";

const ROW_PIXELS = 62;
const CARD_PIXELS = 92;
const OVERSCAN_ROWS = 8;
/** So many rows before the end the next contacts are asked for. */
const AHEAD_ROWS = 40;

interface Props {
  contacts: ContactView[];
  /** Of all that match, once that is known. */
  count: number | undefined;
  /** They are of the filters before, until those of the new ones are here. */
  outdated: boolean;
  more: { exist: boolean; loading: boolean; problem: unknown; load: () => void };
}

/** Only the rows in view exist; to a screen reader it is the whole table. */
export function ContactTable({ contacts, count, outdated, more }: Props) {
  const { body, rows, totalPixels, margin, focus, onKeyDown } = useRows(contacts.length);
  const last = rows.at(-1)?.index ?? 0;
  const short = more.exist && !more.loading && !more.problem && last >= contacts.length - AHEAD_ROWS;
  const { load } = more;
  useEffect(() => {
    if (short) load();
  }, [short, load]);
  return (
    <Paper withBorder radius="lg" className={classes.card}>
      <table
        {...ROLES.table}
        aria-label={texts.contacts.title}
        aria-rowcount={count === undefined ? -1 : count + 1}
        aria-busy={outdated}
        className={classes.table}
      >
        <Head />
        <tbody {...ROLES.rowgroup} ref={body} onKeyDown={onKeyDown} style={{ height: totalPixels }}>
          {rows.map(({ index, start, size }) => {
            const contact = contacts[index];
            return (
              contact && (
                <ContactRow
                  key={contact.id}
                  contact={contact}
                  index={index}
                  onFocus={focus}
                  place={{ height: size, transform: `translateY(${start - margin}px)` }}
                />
              )
            );
          })}
        </tbody>
      </table>
      <More {...more} />
    </Paper>
  );
}

function Head() {
  const { columns } = texts.contacts;
  return (
    <thead {...ROLES.rowgroup}>
      <tr {...ROLES.row} aria-rowindex={1} className={classes.row}>
        {Object.entries(columns).map(([name, title]) => (
          <th key={name} {...ROLES.columnheader} scope="col" className={classes[name]}>
            {title}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function More({ exist, problem, load }: Props["more"]) {
  if (!exist) return null;
  if (!problem)
    return (
      <div role="status" aria-label={texts.contacts.loading}>
        <Skeleton height={24} m="lg" width="auto" />
      </div>
    );
  return (
    <Group p="md" gap="sm" justify="center" role="alert">
      <Text size="sm">{told(problem)}</Text>
      <Button variant="default" size="compact-sm" onClick={load}>
        {texts.trouble.again}
      </Button>
    </Group>
  );
}

const STEPS: Record<string, (index: number, last: number) => number> = {
  ArrowDown: (index) => index + 1,
  ArrowUp: (index) => index - 1,
  Home: () => 0,
  End: (_, last) => last,
};

/** Which rows exist, where they are, and which has the focus: that one stays, however far one scrolls. */
function useRows(count: number) {
  const body = useRef<HTMLTableSectionElement>(null);
  const narrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [margin, setMargin] = useState(0);
  const [focused, setFocused] = useState<number | null>(null);
  const pixels = narrow ? CARD_PIXELS : ROW_PIXELS;
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => pixels,
    overscan: OVERSCAN_ROWS,
    scrollMargin: margin,
    // The header's height, so that no row hides behind it.
    scrollPaddingStart: 110,
    scrollPaddingEnd: 24,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range);
      const away = focused !== null && focused < count && !shown.includes(focused);
      return away ? [...shown, focused].sort((one, other) => one - other) : shown;
    },
  });
  useLayoutEffect(() => {
    if (body.current) setMargin(body.current.getBoundingClientRect().top + window.scrollY);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes known so far are of the other layout
  useLayoutEffect(() => virtualizer.measure(), [pixels]);
  const focus = useCallback((index: number) => setFocused(index), []);
  // The row that arrows lead to may exist only from now on.
  const moved = useRef(false);
  useLayoutEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    body.current?.querySelector<HTMLElement>(`[data-index="${focused}"] a`)?.focus({ preventScroll: true });
  }, [focused]);

  const onKeyDown = (event: KeyboardEvent) => {
    const next = focused !== null && STEPS[event.key]?.(focused, count - 1);
    if (typeof next !== "number" || next < 0 || next >= count) return;
    event.preventDefault();
    virtualizer.scrollToIndex(next);
    setFocused(next);
    moved.current = true;
  };
  return {
    body,
    rows: virtualizer.getVirtualItems(),
    totalPixels: virtualizer.getTotalSize(),
    margin,
    focus,
    onKeyDown,
  };
}

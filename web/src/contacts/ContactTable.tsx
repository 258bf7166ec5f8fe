import { Button, Group, Paper, Skeleton, Text } from "@mantine/core";
import { useEffect } from "react";
import { told } from "../api/problems";
import type { ContactView } from "../api/schema";
import { texts } from "../texts";
import { ContactRow } from "./ContactRow";
import classes from "./ContactTable.module.css";
import { ROLES } from "./roles";
import { useRows } from "./useRows";

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

/** Days as a date field writes them, "2026-03-31", and the moments at which they begin here. */

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
/** Nobody wrote before; and while a year is being typed, it is one of the first millennium. */
const FIRST_YEAR = 2004;

/** When a day begins, or one that is `later` days after it; undefined for what is no day. */
export function beginOf(day: string, later = 0): string | undefined {
  const [year = 0, month = 0, date = 0] = DAY.exec(day)?.slice(1).map(Number) ?? [];
  return year >= FIRST_YEAR ? new Date(year, month - 1, date + later).toISOString() : undefined;
}

/** The day of a moment, or one that is `later` days after it. */
export function dayOf(moment: string, later = 0): string {
  const date = new Date(moment);
  date.setDate(date.getDate() + later);
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** Numbers, dates and durations in the reader's own locale. */
const locale = navigator.languages as string[];
const numbers = new Intl.NumberFormat(locale);
/** Stands inside sentences, so it is in their language. */
const relative = new Intl.RelativeTimeFormat("en");
const clockTime = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
const dayAndTime = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const money = new Intl.NumberFormat(locale, { style: "currency", currency: "USD", maximumFractionDigits: 4 });

const unit = (name: "hour" | "minute" | "second") =>
  new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "narrow" });
const [hours, minutes, seconds] = [unit("hour"), unit("minute"), unit("second")];

export const formatNumber = (value: number) => numbers.format(value);
export const formatDollars = (value: number) => money.format(value);
/** "2:32 PM" today, with the date on any other day. */
export const formatTime = (iso: string, now: number) => {
  const date = new Date(iso);
  return date.toDateString() === new Date(now).toDateString()
    ? clockTime.format(date)
    : dayAndTime.format(date);
};
export const formatDate = (iso: string) => day.format(new Date(iso));
export const formatDateTime = (iso: string) => dayAndTime.format(new Date(iso));

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "2 hours ago"; null within the last minute, for which each place has words of its own. */
export function formatAgo(iso: string, now: number): string | null {
  const age = (now - Date.parse(iso)) / 1000;
  const step = STEPS.find(([, length]) => age >= length);
  return step ? relative.format(-Math.floor(age / step[1]), step[0]) : null;
}

/** "1h 2m", "3m 5s", "12s". */
export function formatDuration(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  if (total >= 3600)
    return `${hours.format(Math.floor(total / 3600))} ${minutes.format(Math.floor(total / 60) % 60)}`;
  if (total >= 60) return `${minutes.format(Math.floor(total / 60))} ${seconds.format(total % 60)}`;
  return seconds.format(total);
}

/** Numbers with their nouns, in English. */
import { formatNumber } from "./formats";

export const plurals = new Intl.PluralRules("en");
export const counted = (count: number, one: string, other: string) =>
  `${formatNumber(count)} ${plurals.select(count) === "one" ? one : other}`;
export const contacts = (count: number) => counted(count, "contact", "contacts");

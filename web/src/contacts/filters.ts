/** The filters of the list. They live in the address, under the names that the API gives them. */
import type { LeadStatus, Platform, paths } from "../api/schema";

export type Filters = Partial<NonNullable<paths["/api/contacts/count"]["get"]["parameters"]["query"]>>;

/** Undefined takes a filter away. */
export type FilterChange = { [K in keyof Filters]: Filters[K] | undefined };

export const PLATFORMS = ["messenger", "instagram"] as const satisfies readonly Platform[];
export const LEAD_STATUSES = [
  "NEW",
  "CONTACTED",
  "QUALIFIED",
  "UNQUALIFIED",
  "CONVERTED",
  "LOST",
] as const satisfies readonly LeadStatus[];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONGEST_WORDS = 100;

const id = (text: string) => (UUID.test(text) ? text : undefined);
const words = (text: string) => text.trim().slice(0, LONGEST_WORDS) || undefined;
const score = (text: string) => (/^\d{1,3}$/.test(text) && Number(text) <= 100 ? Number(text) : undefined);
const moment = (text: string) => {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
};

const READERS: { [K in keyof Filters]-?: (text: string) => Filters[K] | undefined } = {
  q: words,
  facebookPageId: id,
  platform: (text) => PLATFORMS.find((platform) => platform === text),
  pipelineId: id,
  stageId: id,
  leadStatus: (text) => LEAD_STATUSES.find((status) => status === text),
  minScore: score,
  maxScore: score,
  tag: words,
  interactedAfter: moment,
  interactedBefore: moment,
  staged: (text) => ({ true: true, false: false })[text],
  suggested: (text) => ({ true: true, false: false })[text],
};

/** What an address asks for; what the API would refuse in it is passed over. */
export function readFilters(address: URLSearchParams): Filters {
  const read = Object.entries(READERS).map(([name, reader]) => [name, reader(address.get(name) ?? "")]);
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** An address with `change` made to its filters; all else in it stays. */
export function withFilters(address: URLSearchParams, change: FilterChange): URLSearchParams {
  const changed = new URLSearchParams(address);
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, String(value));
  }
  return changed;
}

export const NO_FILTERS: FilterChange = Object.fromEntries(
  Object.keys(READERS).map((name) => [name, undefined]),
);

/** What the board asks of the server. Its keys begin with "contacts", as those of everything that shows contacts. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { type Api, body } from "../api/client";

export const CARDS_AT_ONCE = 30;
const MOST_PAGES_ASKED_AGAIN = 3;

/** Which contacts of a stage the board shows: all where nothing is given. */
export interface Filter {
  readonly facebookPageId?: string;
  readonly q?: string;
  readonly suggested?: true;
}

export const cardsKey = (stageId: string, filter: Filter) =>
  ["contacts", "cards", { stageId, ...filter }] as const;

export const countKey = (stageId: string, filter: Filter) =>
  ["contacts", "count", { stageId, ...filter }] as const;

/** The contacts of a stage, latest interaction first. */
export const cardsQuery = (api: Api, stageId: string, filter: Filter) =>
  infiniteQueryOptions({
    queryKey: cardsKey(stageId, filter),
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { stageId, ...filter, limit: CARDS_AT_ONCE, ...(cursor && { cursor }) };
      return body(api.GET("/api/contacts", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // Whoever has come far down a long stage does not have all of it asked again with every change of the tab.
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= MOST_PAGES_ASKED_AGAIN,
  });

export const countQuery = (api: Api, stageId: string, filter: Filter) =>
  queryOptions({
    queryKey: countKey(stageId, filter),
    queryFn: ({ signal }) =>
      body(api.GET("/api/contacts/count", { params: { query: { stageId, ...filter } }, signal })),
    select: ({ count }) => count,
  });

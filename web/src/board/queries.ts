/** What the board asks of the server. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { type Api, body } from "../api/client";
import type { Filters } from "../contacts/filters";
import { contactsKey, countQuery, isShort } from "../contacts/queries";
import { inColumn } from "./columns";

export const CARDS_AT_ONCE = 30;

/** Which contacts of each column are shown. */
export type Filter = Omit<Filters, "pipelineId" | "stageId" | "staged">;

export const allCardsKey = [...contactsKey, "cards"] as const;

export const cardsKey = (columnId: string, filter: Filter) =>
  [...allCardsKey, { columnId, ...filter }] as const;

/** The contacts of a column, latest interaction first. */
export const cardsQuery = (api: Api, columnId: string, filter: Filter) =>
  infiniteQueryOptions({
    queryKey: cardsKey(columnId, filter),
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { ...filter, ...inColumn(columnId), limit: CARDS_AT_ONCE, ...(cursor && { cursor }) };
      return body(api.GET("/api/contacts", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchOnWindowFocus: isShort,
  });

export const columnCountQuery = (api: Api, columnId: string, filter: Filter) =>
  countQuery(api, { ...filter, ...inColumn(columnId) });

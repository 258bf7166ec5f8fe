/** What the board asks of the server. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { type Api, body } from "../api/client";
import type { Filters } from "../contacts/filters";
import { contactsKey, countQuery, isShort } from "../contacts/queries";

export const CARDS_AT_ONCE = 30;

/** Which contacts of each stage are shown. */
export type Filter = Omit<Filters, "pipelineId" | "stageId">;

export const allCardsKey = [...contactsKey, "cards"] as const;

export const cardsKey = (stageId: string, filter: Filter) =>
  [...allCardsKey, { stageId, ...filter }] as const;

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
    refetchOnWindowFocus: isShort,
  });

export const stageCountQuery = (api: Api, stageId: string, filter: Filter) =>
  countQuery(api, { ...filter, stageId });

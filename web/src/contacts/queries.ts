/** What the server knows about contacts, under one name each. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  type Query,
  type QueryClient,
  queryOptions,
} from "@tanstack/react-query";

import { type Api, body } from "../api/client";
import type { ContactsView, ContactView } from "../api/schema";
import type { Filters } from "./filters";

const PAGE_CONTACTS = 100;
const ACTIVITIES = 20;
const MOST_PAGES_REFRESHED = 5;

/** Longer lists are not read again, page by page, for each small change. */
export const isShort = ({ state }: { state: Query["state"] }) =>
  ((state.data as Partial<Lists> | undefined)?.pages?.length ?? 0) <= MOST_PAGES_REFRESHED;

/** Begins the keys of all that shows or counts contacts, the board's too. */
export const contactsKey = ["contacts"] as const;
export const listsKey = [...contactsKey, "list"] as const;
export const countsKey = [...contactsKey, "count"] as const;

/** Contacts, latest interaction first. */
export const contactsQuery = (api: Api, filters: Filters) =>
  infiniteQueryOptions({
    queryKey: [...listsKey, filters],
    queryFn: ({ pageParam: cursor, signal }) => {
      const query = { ...filters, limit: PAGE_CONTACTS, ...(cursor && { cursor }) };
      return body(api.GET("/api/contacts", { params: { query }, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchOnWindowFocus: isShort,
  });

export const countQuery = (api: Api, filters: Filters) =>
  queryOptions({
    queryKey: [...countsKey, filters],
    queryFn: ({ signal }) => body(api.GET("/api/contacts/count", { params: { query: filters }, signal })),
    select: ({ count }) => count,
  });

export const contactQuery = (api: Api, contactId: string) =>
  queryOptions({
    queryKey: ["contact", contactId],
    queryFn: ({ signal }) =>
      body(api.GET("/api/contacts/{contactId}", { params: { path: { contactId } }, signal })),
  });

/** What happened to a contact, newest first. */
export const activitiesQuery = (api: Api, contactId: string) =>
  infiniteQueryOptions({
    queryKey: ["activities", contactId],
    queryFn: ({ pageParam: cursor, signal }) => {
      const params = { path: { contactId }, query: { limit: ACTIVITIES, ...(cursor && { cursor }) } };
      return body(api.GET("/api/contacts/{contactId}/activities", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

/** Tags on any contact. */
export const tagsQuery = (api: Api) =>
  queryOptions({
    queryKey: ["tags"],
    queryFn: ({ signal }) => body(api.GET("/api/tags", { signal })),
    select: ({ tags }) => tags,
  });

type Lists = InfiniteData<ContactsView>;

/** A contact as something on the screen already shows it. */
export function listedContact(client: QueryClient, contactId: string): ContactView | undefined {
  return client
    .getQueriesData<Partial<Lists>>({ queryKey: contactsKey })
    .flatMap(([, known]) => known?.pages ?? [])
    .flatMap((page) => page.contacts)
    .find((contact) => contact.id === contactId);
}

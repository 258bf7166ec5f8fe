/** What the server knows about Pages and their syncs, under one name each. */
import { infiniteQueryOptions, type Query, type QueryClient, queryOptions } from "@tanstack/react-query";
import { type Api, body } from "../api/client";
import type { JobView } from "../api/schema";
import { isActive } from "./sync";

export const pagesQuery = (api: Api) =>
  queryOptions({
    queryKey: ["pages"],
    queryFn: ({ signal }) => body(api.GET("/api/facebook/pages", { signal })),
    select: ({ pages }) => pages,
  });

export const syncKey = (facebookPageId: string) => ["sync", facebookPageId] as const;

/** The latest sync of a Page; null where there was none. A sync that is on is followed by its own id. */
export const syncQuery = (api: Api, client: QueryClient, facebookPageId: string) =>
  queryOptions({
    queryKey: syncKey(facebookPageId),
    queryFn: async ({ signal }): Promise<JobView | null> => {
      const known = client.getQueryData<JobView | null>(syncKey(facebookPageId));
      if (known && isActive(known)) return follow(api, known.jobId, signal);
      const path = { facebookPageId };
      const call = api.GET("/api/facebook/pages/{facebookPageId}/latest-sync", { params: { path }, signal });
      return (await body(call)).job;
    },
    // It is asked again by the watch and after whatever changes it, and by nothing else.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** What a sync, or a Page that goes, may have changed. */
export const allButSyncs = { predicate: ({ queryKey }: Query) => queryKey[0] !== "sync" };

export const runsKey = (facebookPageId: string) => ["runs", facebookPageId] as const;

/** A Page's syncs, latest first. */
export const runsQuery = (api: Api, facebookPageId: string) =>
  infiniteQueryOptions({
    queryKey: runsKey(facebookPageId),
    queryFn: ({ pageParam: cursor, signal }) => {
      const params = { path: { facebookPageId }, query: { limit: 10, ...(cursor && { cursor }) } };
      return body(api.GET("/api/facebook/pages/{facebookPageId}/syncs", { params, signal }));
    },
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const pipelinesQuery = (api: Api) =>
  queryOptions({
    queryKey: ["pipelines"],
    queryFn: ({ signal }) => body(api.GET("/api/pipelines", { signal })),
    select: ({ pipelines }) => pipelines,
  });

const follow = (api: Api, jobId: string, signal: AbortSignal) =>
  body(api.GET("/api/facebook/sync-status/{jobId}", { params: { path: { jobId } }, signal }));

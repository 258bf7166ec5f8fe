/** The way to Facebook's login and back. */
import { useWindowEvent } from "@mantine/hooks";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { type Api, body, useApi } from "../api/client";
import { complain } from "../notify";
import { texts } from "../texts";

/** What the address says when Facebook has led the browser back. */
export const BACK_WITH_OFFER = "connection";
export const BACK_WITH_ERROR = "connectError";

/** Leaves for Facebook's login. */
export function useLogin() {
  const api = useApi();
  const login = useMutation({
    mutationFn: () => body(api.GET("/api/facebook/oauth/start")),
    onSuccess: ({ url }) => location.assign(url),
    onError: (problem) => complain(texts.connect.notStarted, problem),
  });
  // Whoever comes back with the browser's Back finds the page as they left it.
  useWindowEvent("pageshow", ({ persisted }) => persisted && login.reset());
  return login;
}

/** The Pages that a login opened, to choose from. */
export const offerQuery = (api: Api, connectionId: string) =>
  queryOptions({
    queryKey: ["offer", connectionId],
    queryFn: ({ signal }) => {
      const params = { path: { connectionId } };
      return body(api.GET("/api/facebook/connections/{connectionId}", { params, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });

/** The API as its OpenAPI document describes it; a call that the document does not allow does not compile. */
import createClient, { type Client } from "openapi-fetch";
import { createContext, use } from "react";
import type { ErrorView, paths } from "./schema";

export type Api = Client<paths>;

/** An answer that is not a success. `code` is the API's; `message` is meant for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null,
    readonly body: Partial<ErrorView>,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** `idToken` is asked at every call; `signedOut` is told when the API no longer takes it. */
export function connect(
  apiUrl: string,
  idToken: () => Promise<string | undefined>,
  signedOut: () => void,
): Api {
  const client = createClient<paths>({ baseUrl: apiUrl });
  client.use({
    async onRequest({ request }) {
      const token = await idToken();
      if (!token) throw new ApiError(401, "SIGNED_OUT", "", null, {});
      request.headers.set("Authorization", `Bearer ${token}`);
      return request;
    },
    async onResponse({ response }) {
      if (response.ok) return response;
      if (response.status === 401) signedOut();
      throw await refusal(response);
    },
  });
  return client;
}

async function refusal(response: Response): Promise<ApiError> {
  const body: Partial<ErrorView> = await response.json().catch(() => ({}));
  const { code = `HTTP_${response.status}`, message = "", requestId = null } = body;
  return new ApiError(response.status, code, message, requestId, body);
}

/** The body of an answer that succeeded; whatever else happens is thrown by the client. */
export async function body<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

export const ApiContext = createContext<Api | null>(null);

export function useApi(): Api {
  const api = use(ApiContext);
  if (!api) throw new Error("useApi outside of ApiContext");
  return api;
}

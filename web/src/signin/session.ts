import { ErrorResponse, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { hasAuthParams } from "react-oidc-context";
import type { Config } from "../config";
import { forgetDrafts } from "../contacts/drafts";

/** Who is signed in. Tokens live as long as the tab: in its sessionStorage, which no other tab or site reads. */
export function openSession({ authority, clientId, scope }: Config): UserManager {
  return new UserManager({
    authority,
    client_id: clientId,
    redirect_uri: `${location.origin}/`,
    post_logout_redirect_uri: `${location.origin}/`,
    scope,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
    // The issuer's session is not watched in a frame: the security policy allows none.
    monitorSession: false,
  });
}

/** Where to go after signing in; kept with the sign-in request itself. */
export interface SignInState {
  readonly returnTo: string;
}

export function signIn(session: UserManager): Promise<void> {
  // After a sign-in that failed, the address is still the issuer's answer, which works only once.
  const returnTo = hasAuthParams() ? "/" : location.pathname + location.search;
  return session.signinRedirect({ state: { returnTo } satisfies SignInState });
}

/** Cognito wants `client_id` and `logout_uri`; other issuers ignore them and take the standard's parameters. */
export function signOut(session: UserManager) {
  forgetDrafts();
  return session.signoutRedirect({
    extraQueryParams: { client_id: session.settings.client_id, logout_uri: `${location.origin}/` },
  });
}

let renewal: Promise<string | undefined> | null = null;

/** The ID token, renewed where its time is up: a machine that slept has missed the renewal ahead of time. */
export async function idToken(session: UserManager): Promise<string | undefined> {
  const user = await session.getUser();
  if (!user?.expired) return user?.id_token;
  renewal ??= renew(session, user.refresh_token !== undefined).finally(() => {
    renewal = null;
  });
  return renewal;
}

/** Whoever cannot be renewed is signed out: the application then says so, and how to go on. */
async function renew(session: UserManager, renewable: boolean): Promise<string | undefined> {
  const renewed = renewable ? await session.signinSilent().catch(nobodyIfRefused) : null;
  if (!renewed) await session.removeUser();
  return renewed?.id_token;
}

/** Without the issuer's own word, as on a machine whose network wakes after it, renewing may work the next time. */
function nobodyIfRefused(problem: unknown): null {
  // An answer that is somebody else's, or of another sign-in, has no class of its own.
  if (problem instanceof ErrorResponse || /id_token/.test(String(problem))) return null;
  throw problem;
}

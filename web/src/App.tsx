import { Center, Loader } from "@mantine/core";
import type { UserManager } from "oidc-client-ts";
import { Suspense, useRef } from "react";
import { hasAuthParams, useAuth } from "react-oidc-context";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { HOME } from "./shell/addresses";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { NotFound } from "./shell/NotFound";
import { PLACES } from "./shell/navigation";
import { Shell } from "./shell/Shell";
import { OWNER, OwnerContext } from "./signin/role";
import { SignIn } from "./signin/SignIn";
import { texts } from "./texts";

export function App({ session, roleClaim }: { session: UserManager; roleClaim: string }) {
  const auth = useAuth();
  const signedIn = useRef(false);
  // Back from the issuer, the address is not yet the one to return to.
  const isReturning = hasAuthParams() && !auth.error;
  if (isReturning || (auth.isLoading && !auth.isAuthenticated))
    return <Waiting label={texts.signIn.working} />;
  if (!auth.isAuthenticated) {
    // Whoever was signed in has not failed to: their renewal did.
    const trouble = signedIn.current ? texts.signIn.ended : auth.error && texts.signIn.failed;
    return <SignIn session={session} trouble={trouble ?? null} />;
  }
  signedIn.current = true;
  return (
    // Filters live in the address: a field that shows one may not lag behind it.
    <BrowserRouter useTransitions={false}>
      <OwnerContext value={auth.user?.profile[roleClaim] === OWNER}>
        <Places session={session} email={auth.user?.profile.email ?? ""} />
      </OwnerContext>
    </BrowserRouter>
  );
}

function Places({ session, email }: { session: UserManager; email: string }) {
  return (
    <Routes>
      <Route element={<Shell session={session} email={email} />}>
        <Route index element={<Navigate to={HOME} replace />} />
        {PLACES.map(({ path, below = "", View }) => (
          <Route
            key={path}
            path={path + below}
            element={
              <ErrorBoundary key={path}>
                <Suspense fallback={<Waiting label={texts.loading} />}>
                  <View />
                </Suspense>
              </ErrorBoundary>
            }
          />
        ))}
        <Route path="*" element={<NotFound />} />
      </Route>
    </Routes>
  );
}

function Waiting({ label }: { label: string }) {
  return (
    <Center mih="50vh">
      <Loader role="status" aria-label={label} />
    </Center>
  );
}

import { Center, Loader } from "@mantine/core";
import type { UserManager } from "oidc-client-ts";
import { Suspense } from "react";
import { useAuth } from "react-oidc-context";
import { Navigate, Route, Routes } from "react-router";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { NotFound } from "./shell/NotFound";
import { HOME, PLACES } from "./shell/navigation";
import { Shell } from "./shell/Shell";
import { SignIn } from "./signin/SignIn";
import { texts } from "./texts";

export function App({ session }: { session: UserManager }) {
  const auth = useAuth();
  if (auth.isLoading && !auth.isAuthenticated) return <Waiting label={texts.signIn.working} />;
  if (!auth.isAuthenticated) return <SignIn session={session} problem={auth.error !== undefined} />;
  return (
    <Routes>
      <Route element={<Shell session={session} email={auth.user?.profile.email ?? ""} />}>
        <Route index element={<Navigate to={HOME} replace />} />
        {PLACES.map(({ path, View }) => (
          <Route
            key={path}
            path={path}
            element={
              <ErrorBoundary key={path}>
                <Suspense fallback={<Waiting label={texts.pages.loading} />}>
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

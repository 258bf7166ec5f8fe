import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import type { UserManager } from "oidc-client-ts";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { AuthProvider, hasAuthParams } from "react-oidc-context";
import { App } from "./App";
import { ApiContext, connect } from "./api/client";
import { queryClient } from "./api/queryClient";
import { type Config, loadConfig } from "./config";
import { Broken } from "./shell/Broken";
import { ErrorBoundary } from "./shell/ErrorBoundary";
import { idToken, openSession, type SignInState } from "./signin/session";
import { texts } from "./texts";
import { theme } from "./theme";

async function start(config: Config) {
  const session = openSession(config);
  // A tab that is reloaded after its token's time needs no password while the token can be renewed.
  if (!hasAuthParams()) await idToken(session).catch(() => undefined);
  return <Root config={config} session={session} />;
}

function Root({ config, session }: { config: Config; session: UserManager }) {
  const api = connect(
    config.apiUrl,
    () => idToken(session),
    () => void session.removeUser(),
  );
  const returned = (user: unknown) => {
    const state = (user as { state?: SignInState } | undefined)?.state;
    history.replaceState(null, "", state?.returnTo ?? "/");
  };
  return (
    <AuthProvider userManager={session} onSigninCallback={returned}>
      <ApiContext value={api}>
        <QueryClientProvider client={queryClient}>
          <App session={session} roleClaim={config.roleClaim} />
        </QueryClientProvider>
      </ApiContext>
    </AuthProvider>
  );
}

const root = createRoot(document.getElementById("root") as HTMLElement);
const content = await loadConfig().then(start, () => (
  <Broken title={texts.trouble.title} advice={texts.trouble.start} />
));
root.render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} />
      <ErrorBoundary>{content}</ErrorBoundary>
    </MantineProvider>
  </StrictMode>,
);

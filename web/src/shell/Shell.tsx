import { AppShell, Box, Burger, Group, NavLink, ScrollArea, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { UserManager } from "oidc-client-ts";
import { lazy, Suspense } from "react";
import { Outlet, NavLink as RouterLink, useLocation } from "react-router";
import { SyncWatch } from "../pages/SyncWatch";
import { texts } from "../texts";
import { ColorSchemeButton } from "./ColorSchemeButton";
import { Connection } from "./Connection";
import { Logo } from "./Logo";
import { PLACES } from "./navigation";

const AccountMenu = lazy(() => import("./AccountMenu"));
const NAVIGATION = "navigation";

export function Shell({ session, email }: { session: UserManager; email: string }) {
  const [opened, { toggle, close }] = useDisclosure();
  return (
    <AppShell
      layout="alt"
      header={{ height: 60, collapsed: false }}
      navbar={{ width: 252, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a className="skip-link" href="#content">
        {texts.skipToContent}
      </a>
      <AppShell.Header px="md" withBorder={false} bg="var(--page-background)">
        <Group h="100%" justify="space-between">
          <Group gap="sm">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? texts.navigation.close : texts.navigation.open}
              aria-expanded={opened}
              aria-controls={NAVIGATION}
            />
          </Group>
          <Group gap="xs">
            <ColorSchemeButton />
            <Suspense fallback={<Box w={34} />}>
              <AccountMenu session={session} email={email} />
            </Suspense>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar id={NAVIGATION} aria-label={texts.navigation.label} mod={{ closed: !opened }}>
        <Group h={60} px="md" justify="space-between">
          <Logo />
          <Burger
            opened
            onClick={close}
            hiddenFrom="sm"
            size="sm"
            aria-label={texts.navigation.close}
            aria-controls={NAVIGATION}
          />
        </Group>
        <ScrollArea px="sm" flex={1}>
          <Places onChosen={close} />
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Connection />
        <Outlet />
      </AppShell.Main>
      <SyncWatch />
    </AppShell>
  );
}

function Places({ onChosen }: { onChosen: () => void }) {
  const { pathname } = useLocation();
  const sections = [...new Set(PLACES.map((place) => place.section))];
  return (
    <Stack gap="md" pt="xs">
      {sections.map((section) => (
        <div key={section ?? ""}>
          {section && (
            <Text size="xs" fw={600} c="dimmed" px="sm" pb={6}>
              {section}
            </Text>
          )}
          {PLACES.filter((place) => place.section === section).map(({ path, label, Icon }) => (
            <NavLink
              key={path}
              component={RouterLink}
              to={path}
              label={label}
              active={pathname.startsWith(path)}
              leftSection={<Icon size={18} strokeWidth={1.8} />}
              onClick={onChosen}
              styles={{ root: { borderRadius: "var(--mantine-radius-md)" }, label: { fontWeight: 500 } }}
            />
          ))}
        </div>
      ))}
    </Stack>
  );
}

import { Alert, Button, Center, Paper, Stack, Text, Title } from "@mantine/core";
import type { UserManager } from "oidc-client-ts";
import { useState } from "react";
import { Logo } from "../shell/Logo";
import { texts } from "../texts";
import { signIn } from "./session";

export function SignIn({ session, trouble }: { session: UserManager; trouble: string | null }) {
  const [failed, setFailed] = useState(false);
  const said = failed ? texts.signIn.failed : trouble;
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper p="xl" radius="lg" maw={420} shadow="md" withBorder>
        <Stack gap="lg">
          <Logo />
          <Stack gap="xs">
            <Title order={1} size="h2" lh={1.2}>
              {texts.signIn.title}
            </Title>
            <Text c="dimmed">{texts.signIn.lead}</Text>
          </Stack>
          {said && (
            <Alert color="orange" variant="light">
              {said}
            </Alert>
          )}
          <Button size="md" onClick={() => void signIn(session).catch(() => setFailed(true))}>
            {texts.signIn.button}
          </Button>
        </Stack>
      </Paper>
    </Center>
  );
}

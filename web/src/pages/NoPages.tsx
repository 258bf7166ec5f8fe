import { Paper, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { MessagesSquare } from "lucide-react";
import { useIsOwner } from "../signin/role";
import { texts } from "../texts";
import { ConnectButton } from "./ConnectButton";

/** The first thing a new organisation sees: what this is for, and the way in. */
export function NoPages() {
  const owner = useIsOwner();
  return (
    <Paper radius="lg" withBorder p="xl" py={64}>
      <Stack align="center" gap="md" maw={480} mx="auto" ta="center">
        <ThemeIcon size={64} radius="xl" variant="light" aria-hidden>
          <MessagesSquare size={30} strokeWidth={1.6} />
        </ThemeIcon>
        <Title order={2} size="h3">
          {texts.pages.emptyTitle}
        </Title>
        <Text c="dimmed">{texts.pages.emptyText}</Text>
        {owner && <ConnectButton label={texts.pages.connect} size="md" />}
      </Stack>
    </Paper>
  );
}

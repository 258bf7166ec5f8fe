import { Button, Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { Columns3 } from "lucide-react";
import { Link } from "react-router";
import { HOME } from "../shell/addresses";
import { texts } from "../texts";

/** Where no contact is in any pipeline: how they get there. */
export function NobodyYet() {
  return (
    <Center p="lg" flex={1}>
      <Stack align="center" gap="md" maw={460} ta="center">
        <ThemeIcon size={64} radius="xl" variant="light" aria-hidden>
          <Columns3 size={30} strokeWidth={1.6} />
        </ThemeIcon>
        <Title order={2} size="h3">
          {texts.board.emptyTitle}
        </Title>
        <Text c="dimmed">{texts.board.emptyText}</Text>
        <Button component={Link} to={HOME} size="md">
          {texts.board.emptyAction}
        </Button>
      </Stack>
    </Center>
  );
}

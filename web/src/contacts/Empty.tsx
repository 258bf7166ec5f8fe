import { Button, Paper, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { SearchX, UsersRound } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { HOME } from "../shell/addresses";
import { texts } from "../texts";

const { contacts: says } = texts;

/** Nobody has been synced yet: that happens on Connected Pages. */
export function NoContacts() {
  return (
    <Empty Icon={UsersRound} title={says.emptyTitle} text={says.emptyText}>
      <Button component={Link} to={HOME} size="md">
        {texts.trouble.home}
      </Button>
    </Empty>
  );
}

export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Empty Icon={SearchX} title={says.noMatchTitle} text={says.noMatchText}>
      <Button variant="default" onClick={onClear}>
        {says.clear}
      </Button>
    </Empty>
  );
}

interface EmptyProps {
  Icon: typeof SearchX;
  title: string;
  text: string;
  children: ReactNode;
}

function Empty({ Icon, title, text, children }: EmptyProps) {
  return (
    <Paper radius="lg" withBorder p="xl" py={64}>
      <Stack align="center" gap="md" maw={440} mx="auto" ta="center">
        <ThemeIcon size={64} radius="xl" variant="light" aria-hidden>
          <Icon size={30} strokeWidth={1.6} />
        </ThemeIcon>
        <Title order={2} size="h3">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
        {children}
      </Stack>
    </Paper>
  );
}

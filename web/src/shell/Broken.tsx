import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { texts } from "../texts";

interface Props {
  title: string;
  advice: string;
  onRetry?: () => void;
  /** 2 where the view keeps its own heading. */
  order?: 1 | 2;
}

/** Where something is missing: what happened, and the one thing to do. */
export function Broken({ title, advice, onRetry, order = 1 }: Props) {
  return (
    <Center mih="50vh" p="lg">
      <Stack align="center" gap="sm" maw={420} ta="center" role="alert">
        <CircleAlert size={36} strokeWidth={1.5} color="var(--mantine-color-red-6)" aria-hidden />
        <Title order={order} size="h3">
          {title}
        </Title>
        <Text c="dimmed">{advice}</Text>
        <Button mt="xs" variant="default" onClick={onRetry ?? (() => location.reload())}>
          {onRetry ? texts.trouble.again : texts.trouble.reload}
        </Button>
      </Stack>
    </Center>
  );
}

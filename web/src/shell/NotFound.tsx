import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { texts } from "../texts";
import { HOME } from "./addresses";

export function NotFound() {
  return (
    <Center mih="50vh" p="lg">
      <Stack align="center" gap="sm">
        <Title order={1} size="h3">
          {texts.trouble.notFound}
        </Title>
        <Text c="dimmed">{texts.trouble.notFoundAdvice}</Text>
        <Button component={Link} to={HOME} variant="default">
          {texts.trouble.home}
        </Button>
      </Stack>
    </Center>
  );
}

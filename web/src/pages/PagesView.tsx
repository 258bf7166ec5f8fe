import { Container, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import { Broken } from "../shell/Broken";
import { texts } from "../texts";
import { PageCard } from "./PageCard";
import { pagesQuery } from "./queries";

export function PagesView() {
  return (
    <Container size="md" py="md" px={{ base: "md", sm: "xl" }}>
      <title>{`${texts.pages.title} – ${texts.product}`}</title>
      <Stack gap={4} mb="lg">
        <Title order={1} size="h2">
          {texts.pages.title}
        </Title>
        <Text c="dimmed">{texts.pages.lead}</Text>
      </Stack>
      <Pages />
    </Container>
  );
}

function Pages() {
  const { data: pages, error, refetch } = useQuery(pagesQuery(useApi()));
  if (pages) {
    return (
      <Stack gap="md">
        {pages.map((page) => (
          <PageCard key={page.id} page={page} />
        ))}
      </Stack>
    );
  }
  if (error)
    return <Broken title={texts.trouble.title} advice={told(error)} onRetry={() => void refetch()} />;
  return (
    <Stack gap="md" role="status" aria-label={texts.pages.loading}>
      <Skeleton height={132} radius="lg" />
      <Skeleton height={132} radius="lg" />
    </Stack>
  );
}

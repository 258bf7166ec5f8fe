import { Container, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import type { PageView } from "../api/schema";
import { Broken } from "../shell/Broken";
import { useIsOwner } from "../signin/role";
import { texts } from "../texts";
import { ConnectButton } from "./ConnectButton";
import { ConnectFlow } from "./ConnectFlow";
import { NoPages } from "./NoPages";
import { PageCard } from "./PageCard";
import { pagesQuery } from "./queries";

const DisconnectDialog = lazy(() => import("./DisconnectDialog"));

export function PagesView() {
  // Kept here: the server stops listing a Page while its contacts are still being erased, and that may need another try.
  const [leaving, setLeaving] = useState<PageView>();
  return (
    <Container size="md" py="md" px={{ base: "md", sm: "xl" }}>
      <title>{`${texts.pages.title} – ${texts.product}`}</title>
      <ConnectFlow />
      <Pages onLeave={setLeaving} />
      <Suspense>
        {leaving && <DisconnectDialog page={leaving} onClose={() => setLeaving(undefined)} />}
      </Suspense>
    </Container>
  );
}

function Heading({ children }: { children?: ReactNode }) {
  const owner = useIsOwner();
  return (
    <Group justify="space-between" align="flex-end" gap="sm" mb="lg">
      <Stack gap={4}>
        <Title order={1} size="h2">
          {texts.pages.title}
        </Title>
        <Text c="dimmed">{texts.pages.lead}</Text>
        {!owner && (
          <Text size="sm" c="dimmed">
            {texts.pages.forOwners}
          </Text>
        )}
      </Stack>
      {children}
    </Group>
  );
}

function Pages({ onLeave }: { onLeave: (page: PageView) => void }) {
  const owner = useIsOwner();
  const { data: pages, error, refetch } = useQuery(pagesQuery(useApi()));
  if (pages?.length === 0) {
    return (
      <>
        <Heading />
        <NoPages />
      </>
    );
  }
  if (pages) {
    return (
      <Stack gap="md">
        <Heading>
          {owner && (
            <ConnectButton
              variant="default"
              label={texts.pages.connectAnother}
              leftSection={<Plus size={16} aria-hidden />}
            />
          )}
        </Heading>
        {pages.map((page) => (
          <PageCard key={page.id} page={page} onLeave={() => onLeave(page)} />
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

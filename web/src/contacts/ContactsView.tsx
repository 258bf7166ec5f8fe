import { Container, Group, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useLocation, useNavigate, useParams } from "react-router";
import { useApi } from "../api/client";
import { CONTACTS } from "../shell/addresses";
import { texts } from "../texts";
import { ContactList } from "./ContactList";
import { ExportButton } from "./ExportButton";
import { FilterBar } from "./FilterBar";
import { countQuery } from "./queries";
import { useFilters } from "./useFilters";

const ContactDrawer = lazy(() => import("./ContactDrawer"));
const { contacts: says } = texts;

export default function ContactsView() {
  const { contactId } = useParams();
  const { search } = useLocation();
  const navigate = useNavigate();
  // Back to where the contact was opened from, the board perhaps; whoever came by a link has the list behind it.
  const leave = () =>
    void (isFirst() ? navigate({ pathname: CONTACTS, search }, { replace: true }) : navigate(-1));
  return (
    <Container size={1480} py="md" px={{ base: "md", sm: "xl" }}>
      <title>{`${says.title} – ${texts.product}`}</title>
      <Contacts />
      <Suspense>
        {contactId && <ContactDrawer key={contactId} contactId={contactId} onClose={leave} />}
      </Suspense>
    </Container>
  );
}

/** Whether this is the first address of the application in this tab: the router counts them. */
const isFirst = () => !(history.state as { idx?: number } | null)?.idx;

function Contacts() {
  const { filters, filtered, change, clear } = useFilters();
  const { data, error, isPlaceholderData } = useQuery({
    ...countQuery(useApi(), filters),
    placeholderData: keepPreviousData,
  });
  // Where there is nobody, there is nothing to filter and to export.
  const any = filtered || isPlaceholderData || data !== 0;
  // How many the filters before found says nothing of these.
  const count = isPlaceholderData ? undefined : data;
  return (
    <>
      <Group justify="space-between" align="flex-end" gap="sm" mb="md" wrap="nowrap">
        <Stack gap={4}>
          <Title order={1} size="h2">
            {says.title}
          </Title>
          <Text c="dimmed" className="numbers" role="status">
            {count === undefined ? !error && texts.loading : (filtered ? says.matching : says.all)(count)}
          </Text>
        </Stack>
        {any && <ExportButton filters={filters} count={count} />}
      </Group>
      {any && <FilterBar filters={filters} change={change} clear={clear} />}
      <ContactList filters={filters} filtered={filtered} clear={clear} count={count} />
    </>
  );
}

import { Paper, Skeleton, Stack } from "@mantine/core";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import { Broken } from "../shell/Broken";
import { texts } from "../texts";
import { ContactTable } from "./ContactTable";
import classes from "./ContactTable.module.css";
import { NoContacts, NoMatch } from "./Empty";
import type { Filters } from "./filters";
import { contactsQuery } from "./queries";

const SKELETONS = Array.from({ length: 8 }, (_, index) => index);

interface Props {
  filters: Filters;
  filtered: boolean;
  clear: () => void;
  /** Of all that match, once that is known. */
  count: number | undefined;
}

export function ContactList({ filters, filtered, clear, count }: Props) {
  const list = useInfiniteQuery({
    ...contactsQuery(useApi(), filters),
    placeholderData: keepPreviousData,
  });
  const contacts = useMemo(() => list.data?.pages.flatMap((page) => page.contacts), [list.data]);
  // Nobody, as the filter before had it, says nothing of this one.
  const isEmpty = contacts?.length === 0;
  if (isEmpty && !list.isPlaceholderData) return filtered ? <NoMatch onClear={clear} /> : <NoContacts />;
  if (contacts && !isEmpty) {
    return (
      <ContactTable
        contacts={contacts}
        count={count}
        outdated={list.isPlaceholderData}
        more={{
          exist: list.hasNextPage,
          loading: list.isFetchingNextPage,
          problem: list.isFetchNextPageError ? list.error : null,
          load: () => void list.fetchNextPage({ cancelRefetch: false }),
        }}
      />
    );
  }
  if (list.error)
    return (
      <Broken
        order={2}
        title={texts.trouble.title}
        advice={told(list.error)}
        onRetry={() => void list.refetch()}
      />
    );
  return (
    <Paper withBorder radius="lg" className={classes.card}>
      <Stack gap="lg" p="lg" role="status" aria-label={texts.contacts.loading}>
        {SKELETONS.map((index) => (
          <Skeleton key={index} height={28} radius="md" />
        ))}
      </Stack>
    </Paper>
  );
}

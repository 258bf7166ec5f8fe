import { Button, Loader, Text } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import type { ContactView, StageView } from "../api/schema";
import { texts } from "../texts";
import classes from "./Board.module.css";
import { CardSkeletons } from "./BoardSkeleton";
import { ContactCard } from "./ContactCard";
import { columnOf } from "./columns";
import { cardsQuery, type Filter } from "./queries";

const { board: says } = texts;

interface Props {
  stage: StageView;
  filter: Filter;
  isFiltered: boolean;
}

export function StageCards({ stage, filter, isFiltered }: Props) {
  const cards = useInfiniteQuery(cardsQuery(useApi(), stage.id, filter));
  const contacts = useMemo(
    () => standing(cards.data?.pages.flatMap((page) => page.contacts) ?? [], stage.id),
    [cards.data, stage.id],
  );
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  if (cards.isPending) return <CardSkeletons cards={Math.min(stage.contactCount, 4)} />;
  if (cards.isError && !cards.data)
    return <NotLoaded problem={cards.error} onRetry={() => void cards.refetch()} />;
  if (contacts.length === 0)
    return (
      <Text size="sm" c="dimmed" className={classes.hint}>
        {isFiltered ? says.noneFound : says.emptyStage}
      </Text>
    );
  return (
    <div ref={setScroller} className={classes.scroller}>
      <ul className={classes.cards} aria-label={says.contactsIn(stage.name)}>
        {contacts.map((contact) => (
          <ContactCard key={contact.id} contact={contact} />
        ))}
      </ul>
      {cards.isFetchNextPageError && (
        <NotLoaded problem={cards.error} onRetry={() => void cards.fetchNextPage()} />
      )}
      {cards.hasNextPage && !cards.isFetchNextPageError && (
        <More
          stage={stage}
          scroller={scroller}
          isLoading={cards.isFetchingNextPage}
          onMore={() => void cards.fetchNextPage({ cancelRefetch: false })}
        />
      )}
    </div>
  );
}

/** Each once, though it may come on two pages when somebody wrote in between; none that has been moved elsewhere. */
const standing = (contacts: ContactView[], columnId: string) => [
  ...new Map(contacts.filter((each) => columnOf(each) === columnId).map((each) => [each.id, each])).values(),
];

interface MoreProps {
  stage: StageView;
  scroller: HTMLElement | null;
  isLoading: boolean;
  onMore: () => void;
}

/** Whoever scrolls there gets more; a button, for whoever does not scroll. */
function More({ stage, scroller, isLoading, onMore }: MoreProps) {
  const { ref, entry } = useIntersection({ root: scroller, rootMargin: "300px 0px" });
  const isNear = entry?.isIntersecting ?? false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once each time it comes near, and after each page
  useEffect(() => {
    if (isNear && !isLoading) onMore();
  }, [isNear, isLoading]);
  return (
    <Button
      ref={ref}
      variant="subtle"
      color="gray"
      size="xs"
      mx="sm"
      mb="sm"
      onClick={onMore}
      disabled={isLoading}
      leftSection={isLoading && <Loader size={12} color="gray" aria-hidden />}
      aria-label={says.moreOf(stage.name)}
    >
      {says.more}
    </Button>
  );
}

function NotLoaded({ problem, onRetry }: { problem: unknown; onRetry: () => void }) {
  return (
    <div className={classes.hint} role="alert">
      <CircleAlert size={18} color="var(--mantine-color-red-6)" aria-hidden />
      <Text size="sm">{told(problem)}</Text>
      <Button variant="default" size="xs" onClick={onRetry}>
        {texts.trouble.again}
      </Button>
    </div>
  );
}

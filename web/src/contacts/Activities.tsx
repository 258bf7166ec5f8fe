import { Button, Skeleton, Text, Timeline } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowRight, Lightbulb, Pencil, Tag, UserPlus } from "lucide-react";
import { useApi } from "../api/client";
import { told } from "../api/problems";
import type { ActivityKind, ActivityView } from "../api/schema";
import { texts } from "../texts";
import { Ago } from "./Ago";
import { activitiesQuery } from "./queries";
import { Section } from "./Section";

const { contact: says } = texts;
const ICONS: Record<ActivityKind, typeof Tag> = {
  CONTACT_CREATED: UserPlus,
  STAGE_CHANGED: ArrowRight,
  SUGGESTION: Lightbulb,
  TAGS_CHANGED: Tag,
  NAME_CHANGED: Pencil,
};

export function Activities({ contactId }: { contactId: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } =
    useInfiniteQuery(activitiesQuery(useApi(), contactId));
  const activities = data?.pages.flatMap((page) => page.activities);
  return (
    <Section title={says.activities}>
      {!activities && !error && <Skeleton height={90} />}
      {activities && (
        <Timeline role="list" bulletSize={26} lineWidth={2} active={-1}>
          {activities.map(item)}
        </Timeline>
      )}
      {error && (
        <Text size="sm" role="alert">
          {told(error)}
        </Text>
      )}
      {(error || hasNextPage) && (
        <Button
          variant="subtle"
          size="compact-sm"
          mt="xs"
          loading={isFetchingNextPage}
          onClick={() => void (error && !isFetchNextPageError ? refetch() : fetchNextPage())}
        >
          {error ? texts.trouble.again : says.moreActivities}
        </Button>
      )}
    </Section>
  );
}

/** Not a component: a Timeline wants its items as its own children. */
function item(activity: ActivityView) {
  const Icon = ICONS[activity.kind];
  return (
    <Timeline.Item
      role="listitem"
      key={activity.id}
      bullet={<Icon size={13} aria-hidden />}
      title={headline(activity)}
    >
      {activity.reason && (
        <Text size="sm" c="dimmed">
          {activity.reason}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {says.actors[activity.actor]} · <Ago at={activity.createdAt} />
      </Text>
    </Timeline.Item>
  );
}

function headline({ kind, fromStageName, toStageName }: ActivityView): string {
  if (kind === "STAGE_CHANGED") return says.moved(fromStageName, toStageName);
  if (kind === "SUGGESTION") return toStageName ? says.suggests(toStageName) : says.suggestsNothing;
  return says.kinds[kind];
}

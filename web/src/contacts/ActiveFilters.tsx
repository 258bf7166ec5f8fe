import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useApi } from "../api/client";
import type { PageView, PipelineView } from "../api/schema";
import { formatDate } from "../formats";
import { pagesQuery, pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";
import type { FilterProps } from "./FilterBar";
import type { Filters } from "./filters";

const { filters: says } = texts;

/** Every filter that is on, in words; a click takes it away. */
export function ActiveFilters({ filters, change, clear }: FilterProps & { clear: () => void }) {
  const api = useApi();
  const { data: pages = [] } = useQuery(pagesQuery(api));
  const { data: pipelines = [] } = useQuery(pipelinesQuery(api));
  const active = Object.entries(inWords(filters, pages, pipelines));
  if (active.length === 0) return null;
  return (
    <Group gap={6} mb="sm">
      {active.map(([name, words]) => (
        <Button
          key={name}
          variant="light"
          size="compact-sm"
          fw={500}
          rightSection={<X size={13} aria-hidden />}
          aria-label={says.remove(words)}
          onClick={() => change({ [name]: undefined })}
          maw="100%"
        >
          {words}
        </Button>
      ))}
      <Button variant="subtle" color="gray" size="compact-sm" onClick={clear}>
        {texts.contacts.clear}
      </Button>
    </Group>
  );
}

function inWords(filters: Filters, pages: PageView[], pipelines: PipelineView[]) {
  const nameOf = (all: { id: string; name: string }[], id: string) =>
    all.find((one) => one.id === id)?.name ?? "…";
  const stages = pipelines.flatMap((pipeline) => pipeline.stages);
  const words: { [K in keyof Filters]-?: (value: NonNullable<Filters[K]>) => string } = {
    q: says.named,
    facebookPageId: (id) => says.of(says.page, nameOf(pages, id)),
    platform: (platform) => texts.pages[platform],
    pipelineId: (id) => says.anyStageOf(nameOf(pipelines, id)),
    stageId: (id) => says.of(says.stage, nameOf(stages, id)),
    leadStatus: (status) => says.of(texts.contacts.columns.status, texts.contacts.statuses[status]),
    minScore: says.scoreFrom,
    maxScore: says.scoreTo,
    tag: (tag) => says.of(says.tag, tag),
    interactedAfter: (moment) => says.since(formatDate(moment)),
    interactedBefore: (moment) => says.before(formatDate(moment)),
    staged: (staged) => (staged ? says.staged : says.notStaged),
    suggested: (suggested) => (suggested ? says.suggested : says.notSuggested),
  };
  const worded = Object.entries(filters).map(([name, value]) => {
    const say = words[name as keyof Filters] as (value: unknown) => string;
    return [name, say(value)] as const;
  });
  return Object.fromEntries(worded);
}

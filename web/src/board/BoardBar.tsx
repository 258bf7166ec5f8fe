import { Chip, Group, Select, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { FilterX, Search, Sparkles } from "lucide-react";
import type { ReactNode } from "react";
import { useApi } from "../api/client";
import type { PipelineView } from "../api/schema";
import { useTyped } from "../contacts/useTyped";
import { pagesQuery } from "../pages/queries";
import { texts } from "../texts";
import { BarButton } from "./BarButton";
import classes from "./Board.module.css";
import { PipelineTools } from "./PipelineTools";
import type { BoardPlace } from "./useBoardPlace";

const { board: says } = texts;

interface Props {
  pipelines: readonly PipelineView[];
  pipeline: PipelineView | undefined;
  place: BoardPlace;
  isEmpty: boolean;
}

export function BoardBar({ children }: { children?: ReactNode }) {
  return (
    <Group className={classes.bar} gap="sm">
      <Title order={1} size="h2" className={classes.title}>
        {says.title}
      </Title>
      {children}
    </Group>
  );
}

/** Where there is nobody there is nothing to look for. */
export function BoardTools({ pipelines, pipeline, place, isEmpty }: Props) {
  return (
    <>
      <Select
        aria-label={says.pipeline}
        data={pipelines.map(({ id, name }) => ({ value: id, label: name }))}
        value={pipeline?.id ?? null}
        onChange={(id) => id && place.choosePipeline(id)}
        allowDeselect={false}
        className={classes.choice}
      />
      {pipeline && (
        <PipelineTools pipelines={pipelines} pipeline={pipeline} onChoose={place.choosePipeline} />
      )}
      {!isEmpty && <Narrowing place={place} />}
    </>
  );
}

function Narrowing({ place }: { place: BoardPlace }) {
  return (
    <>
      <PageChoice place={place} />
      <SearchField place={place} />
      <Chip
        checked={place.filter.suggested ?? false}
        onChange={(checked) => place.narrow({ suggested: checked || undefined })}
        icon={<Sparkles size={12} aria-hidden />}
        variant="light"
      >
        {says.suggestedOnly}
      </Chip>
      {place.isFiltered && <BarButton Icon={FilterX} label={says.showAll} onClick={place.showAll} />}
    </>
  );
}

/** Nothing to choose where there is one Page. */
function PageChoice({ place }: { place: BoardPlace }) {
  const { data: pages = [] } = useQuery(pagesQuery(useApi()));
  if (pages.length < 2 && !place.filter.facebookPageId) return null;
  return (
    <Select
      aria-label={says.page}
      placeholder={says.allPages}
      data={pages.map(({ id, name }) => ({ value: id, label: name }))}
      value={place.filter.facebookPageId ?? null}
      onChange={(id) => place.narrow({ facebookPageId: id ?? undefined })}
      clearable
      searchable={pages.length > 8}
      className={classes.choice}
    />
  );
}

function SearchField({ place }: { place: BoardPlace }) {
  const [text, type] = useTyped(place.filter.q ?? "", (typed) => place.narrow({ q: typed || undefined }));
  return (
    <TextInput
      type="search"
      aria-label={says.search}
      placeholder={says.search}
      leftSection={<Search size={16} aria-hidden />}
      value={text}
      maxLength={100}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      className={classes.search}
    />
  );
}

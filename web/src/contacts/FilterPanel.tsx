import { Checkbox, Input, Paper, RangeSlider, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useApi } from "../api/client";
import { texts } from "../texts";
import { beginOf, dayOf } from "./days";
import type { FilterProps } from "./FilterBar";
import { PageFilter, StageFilter } from "./FilterFields";
import { type FilterChange, LEAD_STATUSES, PLATFORMS } from "./filters";
import { tagsQuery } from "./queries";
import { useTyped } from "./useTyped";

const { filters: says } = texts;
const [LOWEST, HIGHEST] = [0, 100];

/** All that is asked for less often; on narrow screens everything but the search. */
export function FilterPanel({ filters, change }: FilterProps) {
  const { data: tags = [] } = useQuery(tagsQuery(useApi()));
  return (
    <Paper withBorder radius="md" p="md" mb="sm">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md" verticalSpacing="sm">
        <PageFilter filters={filters} change={change} hiddenFrom="md" label={says.page} />
        <StageFilter filters={filters} change={change} hiddenFrom="md" label={says.stage} />
        <Select
          label={texts.contacts.columns.status}
          placeholder={says.anyStatus}
          data={LEAD_STATUSES.map((value) => ({ value, label: texts.contacts.statuses[value] }))}
          value={filters.leadStatus ?? null}
          onChange={(status) => change({ leadStatus: LEAD_STATUSES.find((each) => each === status) })}
          clearable
          clearButtonProps={{ "aria-label": says.anyStatus }}
        />
        <Select
          label={says.platform}
          placeholder={says.anyPlatform}
          data={PLATFORMS.map((value) => ({ value, label: texts.pages[value] }))}
          value={filters.platform ?? null}
          onChange={(platform) => change({ platform: PLATFORMS.find((each) => each === platform) })}
          clearable
          clearButtonProps={{ "aria-label": says.anyPlatform }}
        />
        <Select
          label={says.tag}
          placeholder={says.anyTag}
          data={tags}
          value={filters.tag ?? null}
          onChange={(tag) => change({ tag: tag ?? undefined })}
          searchable
          nothingFoundMessage={says.noTag}
          clearable
          clearButtonProps={{ "aria-label": says.anyTag }}
        />
        <ScoreFilter filters={filters} change={change} />
        <DayFilter
          label={says.from}
          day={filters.interactedAfter ? dayOf(filters.interactedAfter) : ""}
          onDay={(day) => change(range(beginOf(day), filters.interactedBefore, "interactedBefore"))}
        />
        <DayFilter
          label={says.to}
          // The range ends where the day after begins.
          day={filters.interactedBefore ? dayOf(filters.interactedBefore, -1) : ""}
          onDay={(day) => change(range(filters.interactedAfter, beginOf(day, 1), "interactedAfter"))}
        />
        <Checkbox
          label={says.suggested}
          checked={filters.suggested === true}
          onChange={({ currentTarget }) => change({ suggested: currentTarget.checked || undefined })}
          mt={{ lg: 30 }}
        />
      </SimpleGrid>
    </Paper>
  );
}

/** The `other` end gives way to the one that was chosen after it: nothing lies between them. */
function range(after: string | undefined, before: string | undefined, other: keyof DayRange): DayRange {
  const days = { interactedAfter: after, interactedBefore: before };
  return after && before && Date.parse(after) >= Date.parse(before) ? { ...days, [other]: undefined } : days;
}

function ScoreFilter({ filters, change }: FilterProps) {
  const { minScore = LOWEST, maxScore = HIGHEST } = filters;
  const [range, setRange] = useState<[number, number]>([minScore, maxScore]);
  useEffect(() => setRange([minScore, maxScore]), [minScore, maxScore]);
  return (
    <Input.Wrapper label={says.scoreRange(...range)} labelElement="div">
      <RangeSlider
        mt={10}
        value={range}
        onChange={setRange}
        onChangeEnd={([least, most]) =>
          change({
            minScore: least === LOWEST ? undefined : least,
            maxScore: most === HIGHEST ? undefined : most,
          })
        }
        min={LOWEST}
        max={HIGHEST}
        step={5}
        minRange={0}
        thumbFromLabel={says.leastScore}
        thumbToLabel={says.mostScore}
      />
    </Input.Wrapper>
  );
}

type DayRange = Pick<FilterChange, "interactedAfter" | "interactedBefore">;

interface DayProps {
  label: string;
  day: string;
  onDay: (day: string) => void;
}

function DayFilter({ label, day, onDay }: DayProps) {
  // A year that is half typed is no day yet, and no reason to forget the day before.
  const [text, type] = useTyped(day, (typed) => (typed === "" || beginOf(typed)) && onDay(typed));
  return (
    <TextInput
      type="date"
      label={label}
      value={text}
      onChange={({ currentTarget }) => type(currentTarget.value)}
    />
  );
}

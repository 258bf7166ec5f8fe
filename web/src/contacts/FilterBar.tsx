import { Button, CloseButton, Collapse, Group, Indicator, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { ListFilter, Search } from "lucide-react";
import { texts } from "../texts";
import { ActiveFilters } from "./ActiveFilters";
import { PageFilter, StageFilter } from "./FilterFields";
import { FilterPanel } from "./FilterPanel";
import type { FilterChange, Filters } from "./filters";
import { useTyped } from "./useTyped";

const { filters: says } = texts;
const PANEL = "contact-filters";
const IN_THE_BAR: (keyof Filters)[] = ["q", "facebookPageId", "pipelineId", "stageId"];

export interface FilterProps {
  filters: Filters;
  change: (change: FilterChange) => void;
}

/** Search, the filters that are asked for most, and a way to all others. */
export function FilterBar({ filters, change, clear }: FilterProps & { clear: () => void }) {
  const [opened, { toggle }] = useDisclosure();
  const others = Object.keys(filters).filter((name) => !IN_THE_BAR.includes(name as keyof Filters));
  return (
    <search aria-label={says.label}>
      <Group gap="xs" mb="sm" wrap="nowrap">
        <SearchField q={filters.q ?? ""} change={change} />
        <PageFilter filters={filters} change={change} visibleFrom="md" w={180} />
        <StageFilter filters={filters} change={change} visibleFrom="md" w={180} />
        <Indicator label={others.length} size={18} disabled={others.length === 0 || opened}>
          <Button
            variant="default"
            leftSection={<ListFilter size={16} aria-hidden />}
            onClick={toggle}
            aria-expanded={opened}
            aria-controls={PANEL}
          >
            {says.more}
          </Button>
        </Indicator>
      </Group>
      <Collapse expanded={opened} id={PANEL}>
        <FilterPanel filters={filters} change={change} />
      </Collapse>
      <ActiveFilters filters={filters} change={change} clear={clear} />
    </search>
  );
}

function SearchField({ q, change }: { q: string; change: FilterProps["change"] }) {
  const [text, type] = useTyped(q, (typed) => change({ q: typed || undefined }));
  return (
    <TextInput
      flex={1}
      miw={120}
      maw={420}
      mr="auto"
      type="search"
      aria-label={says.search}
      placeholder={says.search}
      leftSection={<Search size={16} aria-hidden />}
      value={text}
      maxLength={100}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      rightSection={text && <CloseButton size="sm" aria-label={says.clearSearch} onClick={() => type("")} />}
    />
  );
}

import { Select, type SelectProps } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/client";
import { pagesQuery, pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";
import type { FilterProps } from "./FilterBar";

const { filters: says } = texts;
const STAGE = "stage:";
const PIPELINE = "pipeline:";

type FieldProps = FilterProps & Pick<SelectProps, "visibleFrom" | "hiddenFrom" | "w" | "label">;

export function PageFilter({ filters, change, ...look }: FieldProps) {
  const { data: pages = [] } = useQuery(pagesQuery(useApi()));
  return (
    <Select
      {...look}
      {...(!look.label && { "aria-label": says.page })}
      placeholder={says.anyPage}
      data={pages.map(({ id, name }) => ({ value: id, label: name }))}
      value={filters.facebookPageId ?? null}
      onChange={(id) => change({ facebookPageId: id ?? undefined })}
      searchable={pages.length > 8}
      clearable
      clearButtonProps={{ "aria-label": says.anyPage }}
    />
  );
}

/** One stage, or any of a pipeline. */
export function StageFilter({ filters, change, ...look }: FieldProps) {
  const { data: pipelines = [] } = useQuery(pipelinesQuery(useApi()));
  const value = filters.stageId
    ? STAGE + filters.stageId
    : filters.pipelineId && PIPELINE + filters.pipelineId;
  const choose = (chosen: string | null) =>
    change({
      stageId: chosen?.startsWith(STAGE) ? chosen.slice(STAGE.length) : undefined,
      pipelineId: chosen?.startsWith(PIPELINE) ? chosen.slice(PIPELINE.length) : undefined,
    });
  return (
    <Select
      {...look}
      {...(!look.label && { "aria-label": says.stage })}
      placeholder={says.anyStage}
      data={pipelines.map((pipeline) => ({
        group: pipeline.name,
        items: [
          { value: PIPELINE + pipeline.id, label: says.anyStageOf(pipeline.name) },
          ...pipeline.stages.map(({ id, name }) => ({ value: STAGE + id, label: name })),
        ],
      }))}
      value={value ?? null}
      onChange={choose}
      clearable
      clearButtonProps={{ "aria-label": says.anyStage }}
    />
  );
}

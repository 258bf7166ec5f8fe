import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/client";
import type { ContactDetailView, PipelineView } from "../api/schema";
import { pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";

const { contact: says } = texts;

interface Props {
  contact: ContactDetailView;
  value: string | null;
  onChange: (stageId: string | null) => void;
}

/** The stages of all pipelines; none is out of them. */
export function StageSelect({ contact, value, onChange }: Props) {
  const { data: pipelines } = useQuery(pipelinesQuery(useApi()));
  return (
    <Select
      label={texts.contacts.columns.stage}
      description={value === contact.stageId ? placedBy(contact) : says.nowIn(contact.stageName)}
      placeholder={says.noStage}
      data={pipelines ? stagesByPipeline(pipelines) : ownStage(contact)}
      value={value}
      onChange={onChange}
      clearable
      clearButtonProps={{ "aria-label": says.outOfPipeline }}
    />
  );
}

/** All that is known until the pipelines are. */
const ownStage = ({ stageId, stageName }: ContactDetailView) =>
  stageId ? [{ value: stageId, label: stageName ?? stageId }] : [];

export const stagesByPipeline = (pipelines: PipelineView[]) =>
  pipelines.map(({ name, stages }) => ({
    group: name,
    items: stages.map((stage) => ({ value: stage.id, label: stage.name })),
  }));

function placedBy({ stageSetBy, confidence }: ContactDetailView): string {
  if (stageSetBy === "HUMAN") return says.placedByPerson;
  if (stageSetBy === "AI") return confidence === null ? says.placedByAi : says.placedByAiSure(confidence);
  return says.placedByNobody;
}

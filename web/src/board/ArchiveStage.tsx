import { Button, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { StageView } from "../api/schema";
import { texts } from "../texts";
import type { PipelineEdits } from "./usePipelineEdits";

const { pipelineEdits: says } = texts;

interface Props {
  stage: StageView;
  others: readonly StageView[];
  edits: PipelineEdits;
  onCancel: () => void;
}

/** Nobody is left in a stage that goes: its contacts need another one. */
export function ArchiveStage({ stage, others, edits, onCancel }: Props) {
  const [target, setTarget] = useState<string | null>(null);
  const isEmpty = stage.contactCount === 0;
  return (
    <Stack gap="sm">
      <Text size="sm">{isEmpty ? says.archiveEmpty : says.archiveHelp(stage.contactCount)}</Text>
      {!isEmpty && (
        <Select
          label={says.archiveTo}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={target}
          onChange={setTarget}
          allowDeselect={false}
        />
      )}
      <Group justify="flex-end" gap="sm">
        <Button variant="default" size="xs" onClick={onCancel}>
          {says.cancel}
        </Button>
        <Button
          color="red"
          size="xs"
          disabled={!isEmpty && target === null}
          loading={edits.archiveStage.isPending}
          onClick={() => edits.archiveStage.mutate({ stageId: stage.id, moveContactsTo: target })}
        >
          {says.archive}
        </Button>
      </Group>
    </Stack>
  );
}

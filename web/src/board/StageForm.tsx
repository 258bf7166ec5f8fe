import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { StageKind, StageView } from "../api/schema";
import { texts } from "../texts";

const LONGEST_NAME = 80;
const LONGEST_DESCRIPTION = 1_000;
const KINDS = ["OPEN", "WON", "LOST"] as const satisfies readonly StageKind[];
const { pipelineEdits: says } = texts;

interface Props {
  /** Without it: a new one. */
  stage?: StageView;
  isSaving: boolean;
  onSave: (stage: { name: string; description: string; kind: StageKind }) => void;
  onCancel: () => void;
}

export function StageForm({ stage, isSaving, onSave, onCancel }: Props) {
  const [name, setName] = useState(stage?.name ?? "");
  const [description, setDescription] = useState(stage?.description ?? "");
  const [kind, setKind] = useState<StageKind>(stage?.kind ?? "OPEN");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSave({ name: name.trim(), description: description.trim(), kind });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={says.stageName}
          value={name}
          required
          maxLength={LONGEST_NAME}
          data-autofocus
          autoFocus
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Textarea
          label={says.description}
          description={says.descriptionHelp}
          value={description}
          maxLength={LONGEST_DESCRIPTION}
          autosize
          minRows={2}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <div>
          <SegmentedControl
            aria-label={says.kind}
            data={KINDS.map((value) => ({ value, label: says.kinds[value] }))}
            value={kind}
            onChange={(value) => setKind(value as StageKind)}
            fullWidth
          />
          <Text size="xs" c="dimmed" mt={4}>
            {says.kindHelp[kind]}
          </Text>
        </div>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" size="xs" onClick={onCancel}>
            {says.cancel}
          </Button>
          <Button type="submit" size="xs" disabled={!name.trim()} loading={isSaving}>
            {says.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

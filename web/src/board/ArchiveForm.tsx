import { Button, type ComboboxData, Group, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { texts } from "../texts";

const { pipelineEdits: says } = texts;

interface Props {
  /** What becomes of it, in words. */
  help: string;
  action: string;
  /** Where its contacts can go; null where it has none. */
  targets: ComboboxData | null;
  isSaving: boolean;
  onArchive: (moveContactsTo: string | null) => void;
  onCancel: () => void;
}

/** Nobody is left in what goes: its contacts need another stage. */
export function ArchiveForm({ help, action, targets, isSaving, onArchive, onCancel }: Props) {
  const [target, setTarget] = useState<string | null>(null);
  return (
    <Stack gap="sm">
      <Text size="sm">{help}</Text>
      {targets && (
        <Select
          label={says.archiveTo}
          data={targets}
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
          color="red.9"
          size="xs"
          disabled={targets !== null && target === null}
          loading={isSaving}
          onClick={() => onArchive(target)}
        >
          {action}
        </Button>
      </Group>
    </Stack>
  );
}

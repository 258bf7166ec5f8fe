import { Button, Group, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { texts } from "../texts";
import { useSliding } from "../useSliding";
import { useNewPipeline } from "./usePipelineEdits";

export const LONGEST_NAME = 80;
const { pipelineEdits: says } = texts;

interface Props {
  onCreated: (pipelineId: string) => void;
  onClose: () => void;
}

export default function NewPipeline({ onCreated, onClose }: Props) {
  const { opened, close } = useSliding();
  const [name, setName] = useState("");
  const create = useNewPipeline((pipelineId) => {
    close();
    onCreated(pipelineId);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(name.trim());
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      onExitTransitionEnd={onClose}
      title={
        <Title order={2} size="h4">
          {says.newPipeline}
        </Title>
      }
      closeButtonProps={{ "aria-label": texts.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={says.name}
            value={name}
            required
            maxLength={LONGEST_NAME}
            data-autofocus
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
          <Text size="sm" c="dimmed">
            {says.newPipelineHelp}
          </Text>
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={close}>
              {says.cancel}
            </Button>
            <Button type="submit" disabled={!name.trim()} loading={create.isPending}>
              {says.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

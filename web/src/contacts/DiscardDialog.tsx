import { Button, Group, Modal, Text, Title } from "@mantine/core";
import { texts } from "../texts";

const { contact: says } = texts;

interface Props {
  opened: boolean;
  onKeep: () => void;
  onDiscard: () => void;
}

/** Asked before what was typed is lost. */
export function DiscardDialog({ opened, onKeep, onDiscard }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onKeep}
      size="sm"
      withCloseButton={false}
      title={
        <Title order={2} size="h4">
          {says.unsavedTitle}
        </Title>
      }
    >
      <Text size="sm">{says.unsavedText}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDiscard}>
          {says.discard}
        </Button>
        <Button onClick={onKeep} data-autofocus>
          {says.keepEditing}
        </Button>
      </Group>
    </Modal>
  );
}

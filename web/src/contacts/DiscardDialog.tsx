import { Button, Group, Modal, Text } from "@mantine/core";
import { texts } from "../texts";
import { useSliding } from "../useSliding";

const { contact: says } = texts;

interface Props {
  onKeep: () => void;
  onDiscard: () => void;
}

/** Asked before what was typed is lost. */
export function DiscardDialog({ onKeep, onDiscard }: Props) {
  const { opened, close } = useSliding();
  return (
    <Modal
      opened={opened}
      onClose={close}
      onExitTransitionEnd={onKeep}
      size="sm"
      withCloseButton={false}
      title={
        <Text span fw={650} fz="h4">
          {says.unsavedTitle}
        </Text>
      }
    >
      <Text size="sm">{says.unsavedText}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onDiscard}>
          {says.discard}
        </Button>
        <Button onClick={close} data-autofocus>
          {says.keepEditing}
        </Button>
      </Group>
    </Modal>
  );
}

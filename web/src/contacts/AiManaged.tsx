import { Button, Group, Text } from "@mantine/core";
import { Sparkles } from "lucide-react";
import type { ContactDetailView } from "../api/schema";
import { notify } from "../notify";
import { texts } from "../texts";
import { useEdit } from "./editing";
import { tellRefused } from "./refused";

const { contact: says } = texts;

/** What a person has decided, and how to leave it to the AI again. */
export function AiManaged({ contact }: { contact: ContactDetailView }) {
  const edit = useEdit(contact);
  const stage = contact.stageSetBy === "HUMAN";
  const name = contact.nameSetBy === "HUMAN";
  if (!stage && !name) return null;
  const giveBack = () =>
    edit.mutate(
      { aiManaged: true },
      { onSuccess: () => notify("teal", says.givenBack, says.givenBackText), onError: tellRefused },
    );
  return (
    <Group justify="space-between" gap="xs">
      <Text size="xs" c="dimmed" flex={1} miw={200}>
        {stage && name ? says.bothByPerson : stage ? says.stageByPerson : says.nameByPerson}
      </Text>
      <Button
        variant="light"
        size="compact-sm"
        leftSection={<Sparkles size={14} aria-hidden />}
        loading={edit.isPending}
        onClick={giveBack}
      >
        {says.giveBack}
      </Button>
    </Group>
  );
}

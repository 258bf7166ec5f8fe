import { Alert, Button, Text } from "@mantine/core";
import { Sparkles } from "lucide-react";
import type { ContactDetailView } from "../api/schema";
import { notify } from "../notify";
import { texts } from "../texts";
import { Ago } from "./Ago";
import { useEdit } from "./editing";
import { tellRefused } from "./refused";

const { contact: says } = texts;

/** What the AI would do, why it did not, and a button that does it. */
export function Suggestion({ contact }: { contact: ContactDetailView }) {
  const { suggestion } = contact;
  const edit = useEdit(contact);
  if (!suggestion) return null;
  const { stageId, stageName } = suggestion;
  const apply = () =>
    edit.mutate(
      { stageId },
      { onSuccess: () => notify("teal", says.movedTo(stageName ?? "")), onError: tellRefused },
    );
  return (
    <Alert
      color="iris"
      variant="light"
      role="group"
      icon={<Sparkles size={18} aria-hidden />}
      title={stageName ? says.suggests(stageName) : says.suggestsNothing}
    >
      <Text size="sm">{suggestion.reason}</Text>
      <Text size="xs" c="dimmed" mt={4}>
        {says.wouldBe(texts.contacts.statuses[suggestion.leadStatus], suggestion.leadScore)} ·{" "}
        <Ago at={suggestion.suggestedAt} />
      </Text>
      {stageId && stageId !== contact.stageId && (
        <Button size="xs" mt="sm" loading={edit.isPending} onClick={apply}>
          {says.apply(stageName ?? "")}
        </Button>
      )}
    </Alert>
  );
}

import { Group, Paper, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { ContactDetailView } from "../api/schema";
import { texts } from "../texts";
import { LeadScore } from "./LeadScore";
import { LeadStatusBadge } from "./LeadStatusBadge";

const { contact: says } = texts;

/** How promising the contact is. */
export function Lead({ contact }: { contact: ContactDetailView }) {
  return (
    <Paper withBorder radius="md" p="md">
      <Group gap="xl">
        <Fact label={texts.contacts.columns.score}>
          {contact.leadScore === null ? says.unknown : <LeadScore score={contact.leadScore} />}
        </Fact>
        <Fact label={texts.contacts.columns.status}>
          {contact.leadStatus === null ? says.unknown : <LeadStatusBadge status={contact.leadStatus} />}
        </Fact>
        <Fact label={says.confidence}>
          {contact.confidence === null ? says.unknown : says.percent(contact.confidence)}
        </Fact>
      </Group>
    </Paper>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack gap={4}>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" component="div" fw={500} mih={22}>
        {children}
      </Text>
    </Stack>
  );
}

import { Stack } from "@mantine/core";
import type { Dispatch, SetStateAction } from "react";
import type { ContactDetailView } from "../api/schema";
import { Activities } from "./Activities";
import { Analysis } from "./Analysis";
import { ContactForm } from "./ContactForm";
import type { Draft } from "./editing";
import { Identities } from "./Identities";
import { Lead } from "./Lead";
import { Suggestion } from "./Suggestion";

interface Props {
  contact: ContactDetailView;
  /** What is typed and not saved: it outlives what others change meanwhile. */
  draft: Draft;
  onDraft: Dispatch<SetStateAction<Draft>>;
}

export function ContactDetail({ contact, draft, onDraft }: Props) {
  return (
    <Stack gap="lg">
      <Lead contact={contact} />
      <Suggestion contact={contact} />
      <Analysis contact={contact} />
      <ContactForm contact={contact} draft={draft} onDraft={onDraft} />
      <Activities contactId={contact.id} />
      <Identities identities={contact.identities} />
    </Stack>
  );
}

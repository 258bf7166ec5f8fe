import { Alert, Button, Group, Stack, TagsInput, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import type { Dispatch, FormEvent, SetStateAction } from "react";
import { ApiError, useApi } from "../api/client";
import { told } from "../api/problems";
import type { ContactDetailView } from "../api/schema";
import { notify } from "../notify";
import { texts } from "../texts";
import { AiManaged } from "./AiManaged";
import classes from "./Contact.module.css";
import { type Changes, type Draft, isConflict, tagging, unsaved, unsent, useEdit } from "./editing";
import { tagsQuery } from "./queries";
import { Section } from "./Section";
import { StageSelect } from "./StageSelect";

const { contact: says } = texts;
const MOST_TAGS = 50;
const LONGEST_NAME = 100;

interface Props {
  contact: ContactDetailView;
  draft: Draft;
  onDraft: Dispatch<SetStateAction<Draft>>;
}

/** Stage, tags and name, with what is typed on top of what is stored. */
export function ContactForm({ contact, draft, onDraft }: Props) {
  const edit = useEdit(contact);
  const { data: knownTags = [] } = useQuery(tagsQuery(useApi()));
  const changes = unsaved(draft, contact);
  const shown = { ...contact, ...changes };
  const set = (change: Draft) => onDraft((now) => ({ ...now, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const done = () => {
      onDraft((now) => unsent(now, draft));
      notify("teal", says.saved);
    };
    edit.mutate(changes, { onSuccess: done });
  };
  const discard = () => {
    onDraft({});
    edit.reset();
  };
  const wrong = (field: keyof Changes) =>
    edit.error instanceof ApiError && edit.error.body.field === field && edit.error.message;
  return (
    <Section title={says.manage}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <StageSelect contact={contact} value={shown.stageId} onChange={(stageId) => set({ stageId })} />
          <TagsInput
            label={texts.contacts.columns.tags}
            placeholder={shown.tags.length === 0 ? says.addTag : ""}
            data={knownTags}
            value={shown.tags}
            onChange={(tags) => set({ tagged: tagging(contact, tags) })}
            maxTags={MOST_TAGS}
            error={wrong("tags")}
            clearable
            clearButtonProps={{ "aria-label": says.noTags }}
          />
          <Group grow align="flex-start">
            <TextInput
              label={says.firstName}
              value={shown.firstName}
              maxLength={LONGEST_NAME}
              onChange={({ currentTarget }) => set({ firstName: currentTarget.value })}
              error={wrong("firstName")}
            />
            <TextInput
              label={says.lastName}
              value={shown.lastName}
              maxLength={LONGEST_NAME}
              onChange={({ currentTarget }) => set({ lastName: currentTarget.value })}
              error={wrong("lastName")}
            />
          </Group>
          <AiManaged contact={contact} />
        </Stack>
        {Object.keys(changes).length > 0 && (
          <div className={classes.save}>
            {edit.error && <Refused problem={edit.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={discard}>
                {says.discard}
              </Button>
              <Button type="submit" loading={edit.isPending}>
                {says.save}
              </Button>
            </Group>
          </div>
        )}
      </form>
    </Section>
  );
}

/** Beside the button that tries again; a toast would lie over it. */
function Refused({ problem }: { problem: unknown }) {
  const conflict = isConflict(problem);
  return (
    <Alert
      color={conflict ? "orange" : "red"}
      icon={<TriangleAlert size={18} aria-hidden />}
      title={conflict ? says.conflictTitle : says.notSaved}
      mb="sm"
    >
      {conflict ? says.conflictText : told(problem)}
    </Alert>
  );
}

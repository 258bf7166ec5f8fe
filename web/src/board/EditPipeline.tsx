import { Button, Drawer, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Plus } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import type { PipelineView } from "../api/schema";
import { texts } from "../texts";
import { useSliding } from "../useSliding";
import { ArchivePipeline } from "./ArchivePipeline";
import { LONGEST_NAME } from "./NewPipeline";
import { StageForm } from "./StageForm";
import { StageRow } from "./StageRow";
import classes from "./StageRow.module.css";
import { type PipelineEdits, usePipelineEdits } from "./usePipelineEdits";

const { pipelineEdits: says } = texts;

interface DrawerProps {
  pipeline: PipelineView;
  others: readonly PipelineView[];
  onArchived: (movedContactsTo: string | null) => void;
  onClose: () => void;
}

export default function EditPipeline({ pipeline, others, onArchived, onClose }: DrawerProps) {
  const { opened, close } = useSliding();
  const edits = usePipelineEdits(pipeline.id);
  return (
    <Drawer
      opened={opened}
      onClose={close}
      onExitTransitionEnd={onClose}
      size={480}
      title={
        <Title order={2} size="h4">
          {says.title(pipeline.name)}
        </Title>
      }
      closeButtonProps={{ "aria-label": texts.close }}
    >
      <Stack gap="xl">
        <NameForm key={pipeline.name} pipeline={pipeline} edits={edits} />
        <Stages pipeline={pipeline} edits={edits} />
        <ArchivePipeline pipeline={pipeline} others={others} onArchived={onArchived} />
      </Stack>
    </Drawer>
  );
}

interface Props {
  pipeline: PipelineView;
  edits: PipelineEdits;
}

function NameForm({ pipeline, edits }: Props) {
  const [name, setName] = useState(pipeline.name);
  const isChanged = name.trim() !== "" && name.trim() !== pipeline.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) edits.change.mutate({ name: name.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="sm" align="flex-end">
        <TextInput
          flex={1}
          label={says.name}
          value={name}
          maxLength={LONGEST_NAME}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button type="submit" variant="default" disabled={!isChanged} loading={edits.change.isPending}>
          {says.rename}
        </Button>
      </Group>
    </form>
  );
}

function Stages({ pipeline, edits }: Props) {
  const [moved, setMoved] = useState("");
  const { stages } = pipeline;
  const move = (from: number, to: number) => {
    const stageIds = stages.map(({ id }) => id);
    stageIds.splice(to, 0, ...stageIds.splice(from, 1));
    const told = says.movedTo(stages[from]?.name ?? "", to + 1, stages.length);
    edits.change.mutate({ stageIds }, { onSuccess: () => setMoved(told) });
  };
  return (
    <div>
      <Title order={3} size="h5">
        {says.stages}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {says.stagesHelp}
      </Text>
      <ol className={classes.stages}>
        {stages.map((stage, position) => (
          <StageRow
            key={stage.id}
            stage={stage}
            position={position}
            others={stages.filter((other) => other !== stage)}
            onMove={(to) => move(position, to)}
            edits={edits}
          />
        ))}
      </ol>
      <div className="sr-only" role="status">
        {moved}
      </div>
      <AddStage edits={edits} />
    </div>
  );
}

function AddStage({ edits }: { edits: PipelineEdits }) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const button = useRef<HTMLButtonElement>(null);
  const done = () => {
    close();
    button.current?.focus();
  };
  return (
    <>
      <Button
        ref={button}
        variant="light"
        leftSection={<Plus size={16} aria-hidden />}
        aria-expanded={isOpen}
        onClick={toggle}
        mt="sm"
      >
        {says.add}
      </Button>
      {isOpen && (
        <div className={classes.panel}>
          <StageForm
            isSaving={edits.addStage.isPending}
            onSave={(stage) => edits.addStage.mutate(stage, { onSuccess: done })}
            onCancel={done}
          />
        </div>
      )}
    </>
  );
}

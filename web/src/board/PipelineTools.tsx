import { ActionIcon, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Plus, Settings2 } from "lucide-react";
import { lazy, Suspense, useRef } from "react";
import type { PipelineView } from "../api/schema";
import { useIsOwner } from "../signin/role";
import { texts } from "../texts";

const EditPipeline = lazy(() => import("./EditPipeline"));
const NewPipeline = lazy(() => import("./NewPipeline"));
const { pipelineEdits: says } = texts;

interface Props {
  pipelines: readonly PipelineView[];
  pipeline: PipelineView;
  onChoose: (pipelineId: string) => void;
}

/** What the board is made of belongs to the owners. */
export function PipelineTools({ pipelines, pipeline, onChoose }: Props) {
  const [isNew, { open: openNew, close: closeNew }] = useDisclosure();
  const [isEdited, { open: edit, close: closeEdited }] = useDisclosure();
  const editButton = useRef<HTMLButtonElement>(null);
  if (!useIsOwner()) return null;
  const others = pipelines.filter(({ id }) => id !== pipeline.id);
  /** To where its contacts are now. */
  const goOn = (stageId: string | null) => {
    closeEdited();
    const next = others.find(({ stages }) => stages.some(({ id }) => id === stageId)) ?? others[0];
    if (next) onChoose(next.id);
    editButton.current?.focus();
  };
  return (
    <Group gap={0} wrap="nowrap">
      <ActionIcon
        ref={editButton}
        variant="subtle"
        color="gray"
        size="lg"
        title={says.open}
        aria-label={says.open}
        onClick={edit}
      >
        <Settings2 size={17} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        title={says.newPipeline}
        aria-label={says.newPipeline}
        onClick={openNew}
      >
        <Plus size={17} aria-hidden />
      </ActionIcon>
      <Suspense>
        {isEdited && (
          <EditPipeline pipeline={pipeline} others={others} onArchived={goOn} onClose={closeEdited} />
        )}
        {isNew && <NewPipeline onCreated={onChoose} onClose={closeNew} />}
      </Suspense>
    </Group>
  );
}

import { Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Plus, Settings2 } from "lucide-react";
import { lazy, Suspense, useRef } from "react";
import type { PipelineView } from "../api/schema";
import { useIsOwner } from "../signin/role";
import { texts } from "../texts";
import { BarButton } from "./BarButton";

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
      <BarButton ref={editButton} Icon={Settings2} label={says.open} onClick={edit} />
      <BarButton Icon={Plus} label={says.newPipeline} onClick={openNew} />
      <Suspense>
        {isEdited && (
          <EditPipeline pipeline={pipeline} others={others} onArchived={goOn} onClose={closeEdited} />
        )}
        {isNew && <NewPipeline onCreated={onChoose} onClose={closeNew} />}
      </Suspense>
    </Group>
  );
}

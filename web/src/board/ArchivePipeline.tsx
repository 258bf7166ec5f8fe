import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Archive } from "lucide-react";
import { useRef } from "react";
import type { PipelineView } from "../api/schema";
import { texts } from "../texts";
import { ArchiveForm } from "./ArchiveForm";
import classes from "./StageRow.module.css";
import { useArchivePipeline } from "./usePipelineEdits";

const { pipelineEdits: says } = texts;

interface Props {
  pipeline: PipelineView;
  others: readonly PipelineView[];
  onArchived: (movedContactsTo: string | null) => void;
}

export function ArchivePipeline({ pipeline, others, onArchived }: Props) {
  const [isOpen, { toggle, close }] = useDisclosure();
  const button = useRef<HTMLButtonElement>(null);
  const archive = useArchivePipeline(pipeline, onArchived);
  const cancel = () => {
    close();
    button.current?.focus();
  };
  const isEmpty = pipeline.contactCount === 0;
  return (
    <div>
      <Button
        ref={button}
        variant="subtle"
        color="red"
        leftSection={<Archive size={16} aria-hidden />}
        aria-expanded={isOpen}
        disabled={others.length === 0}
        onClick={toggle}
      >
        {says.archivePipeline}
      </Button>
      {others.length === 0 && (
        <Text size="xs" c="dimmed">
          {says.onlyPipeline}
        </Text>
      )}
      {isOpen && (
        <div className={classes.panel}>
          <ArchiveForm
            help={isEmpty ? says.archivePipelineEmpty : says.archivePipelineHelp(pipeline.contactCount)}
            action={says.archiveNow}
            targets={isEmpty ? null : others.map(stagesOf)}
            isSaving={archive.isPending}
            onArchive={(moveContactsTo) => archive.mutate(moveContactsTo)}
            onCancel={cancel}
          />
        </div>
      )}
    </div>
  );
}

const stagesOf = ({ name, stages }: PipelineView) => ({
  group: name,
  items: stages.map((stage) => ({ value: stage.id, label: stage.name })),
});

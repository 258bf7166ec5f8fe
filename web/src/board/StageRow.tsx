import { ActionIcon, Group, Text } from "@mantine/core";
import { Archive, ArrowDown, ArrowUp, Pencil } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { StageView } from "../api/schema";
import { texts } from "../texts";
import { ArchiveForm } from "./ArchiveForm";
import { StageForm } from "./StageForm";
import classes from "./StageRow.module.css";
import type { PipelineEdits } from "./usePipelineEdits";

const { pipelineEdits: says } = texts;

interface Props {
  stage: StageView;
  position: number;
  others: readonly StageView[];
  onMove: (to: number) => void;
  edits: PipelineEdits;
}

type Open = "edit" | "archive" | null;

export function StageRow({ stage, position, others, onMove, edits }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const toggle = (panel: Open) => (button: HTMLButtonElement) => {
    opener.current = button;
    setOpen(open === panel ? null : panel);
  };
  const close = () => {
    setOpen(null);
    opener.current?.focus();
  };
  return (
    <li className={classes.row} data-kind={stage.kind}>
      <Group gap={2} wrap="nowrap">
        <div className={classes.name}>
          <Text size="sm" fw={600} truncate>
            {stage.name}
          </Text>
          <Text size="xs" c="dimmed" className="numbers">
            {says.kinds[stage.kind]} · {texts.pages.contacts(stage.contactCount)}
          </Text>
        </div>
        <Order stage={stage} position={position} last={others.length} onMove={onMove} />
        <RowButton
          Icon={Pencil}
          label={says.editOf(stage.name)}
          expanded={open === "edit"}
          onClick={toggle("edit")}
        />
        <RowButton
          Icon={Archive}
          label={says.archiveOf(stage.name)}
          expanded={open === "archive"}
          onClick={toggle("archive")}
        />
      </Group>
      {open === "edit" && (
        <div className={classes.panel}>
          <StageForm
            stage={stage}
            isSaving={edits.changeStage.isPending}
            onSave={(edit) => edits.changeStage.mutate({ stageId: stage.id, ...edit }, { onSuccess: close })}
            onCancel={close}
          />
        </div>
      )}
      {open === "archive" && (
        <div className={classes.panel}>
          <ArchiveForm
            help={stage.contactCount === 0 ? says.archiveEmpty : says.archiveHelp(stage.contactCount)}
            action={says.archive}
            targets={
              stage.contactCount === 0 ? null : others.map(({ id, name }) => ({ value: id, label: name }))
            }
            isSaving={edits.archiveStage.isPending}
            onArchive={(moveContactsTo) => edits.archiveStage.mutate({ stageId: stage.id, moveContactsTo })}
            onCancel={close}
          />
        </div>
      )}
    </li>
  );
}

interface OrderProps {
  stage: StageView;
  position: number;
  last: number;
  onMove: (to: number) => void;
}

function Order({ stage, position, last, onMove }: OrderProps) {
  const buttons = useRef<HTMLDivElement>(null);
  const pressed = useRef<number | null>(null);
  // The row has come to another place: whoever pressed a button stays on it, or on the other one at an end.
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each change of the place
  useEffect(() => {
    const [up, down] = buttons.current?.querySelectorAll("button") ?? [];
    if (pressed.current !== null)
      [up, down]
        .filter((each) => !each?.disabled)
        .at(pressed.current)
        ?.focus();
    pressed.current = null;
  }, [position]);
  const go = (by: -1 | 1) => {
    pressed.current = by < 0 ? 0 : -1;
    onMove(position + by);
  };
  return (
    <div ref={buttons} className={classes.order}>
      <RowButton
        Icon={ArrowUp}
        label={says.earlier(stage.name)}
        disabled={position === 0}
        onClick={() => go(-1)}
      />
      <RowButton
        Icon={ArrowDown}
        label={says.later(stage.name)}
        disabled={position === last}
        onClick={() => go(1)}
      />
    </div>
  );
}

interface RowButtonProps {
  Icon: typeof Pencil;
  label: string;
  disabled?: boolean;
  expanded?: boolean;
  onClick: (button: HTMLButtonElement) => void;
}

function RowButton({ Icon, label, disabled = false, expanded, onClick }: RowButtonProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={30}
      title={label}
      aria-label={label}
      disabled={disabled}
      className={classes.button ?? ""}
      onClick={({ currentTarget }) => onClick(currentTarget)}
      {...(expanded !== undefined && { "aria-expanded": expanded })}
    >
      <Icon size={16} aria-hidden />
    </ActionIcon>
  );
}

import { ActionIcon } from "@mantine/core";
import type { LucideIcon } from "lucide-react";
import type { Ref } from "react";

interface Props {
  Icon: LucideIcon;
  label: string;
  onClick: () => void;
  ref?: Ref<HTMLButtonElement>;
}

export function BarButton({ Icon, label, onClick, ref = null }: Props) {
  return (
    <ActionIcon
      ref={ref}
      variant="subtle"
      color="gray"
      size="lg"
      title={label}
      aria-label={label}
      onClick={onClick}
    >
      <Icon size={17} aria-hidden />
    </ActionIcon>
  );
}

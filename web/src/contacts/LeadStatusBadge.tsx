import { Badge } from "@mantine/core";
import type { LeadStatus } from "../api/schema";
import { texts } from "../texts";

const COLORS: Record<LeadStatus, string> = {
  NEW: "blue",
  CONTACTED: "iris",
  QUALIFIED: "teal",
  UNQUALIFIED: "gray",
  CONVERTED: "green",
  LOST: "red",
};

export function LeadStatusBadge({ status }: { status: LeadStatus | null }) {
  if (!status) return null;
  return (
    <Badge variant="dot" color={COLORS[status]} tt="none" fw={500}>
      {texts.contacts.statuses[status]}
    </Badge>
  );
}

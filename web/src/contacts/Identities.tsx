import { ActionIcon, CopyButton, Group, Stack, Text } from "@mantine/core";
import { Check, Copy } from "lucide-react";
import type { IdentityView } from "../api/schema";
import { InstagramMark, MessengerMark } from "../pages/PlatformMarks";
import { texts } from "../texts";
import { Section } from "./Section";

const { contact: says } = texts;
const MARKS = { messenger: MessengerMark, instagram: InstagramMark };

/** By which ids Facebook and Instagram know the contact, at this Page alone. */
export function Identities({ identities }: { identities: IdentityView[] }) {
  return (
    <Section title={says.identities}>
      <Stack gap={4}>
        {identities.map((identity) => (
          <Identity key={identity.platform} {...identity} />
        ))}
      </Stack>
    </Section>
  );
}

function Identity({ platform, personId }: IdentityView) {
  const Mark = MARKS[platform];
  const label = says.ids[platform];
  return (
    <Group gap="xs" wrap="nowrap">
      <Mark />
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm" className="numbers" style={{ overflowWrap: "anywhere" }}>
        {personId}
      </Text>
      <CopyButton value={personId}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            color={copied ? "teal" : "gray"}
            size="sm"
            aria-label={copied ? says.copied : says.copy(label)}
            onClick={copy}
          >
            {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}

import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useApi } from "../api/client";
import type { ContactView } from "../api/schema";
import { pagesQuery } from "../pages/queries";
import { texts } from "../texts";
import { Ago } from "./Ago";
import { ContactAvatar } from "./ContactAvatar";
import { fullName } from "./names";

const { contact: says } = texts;

/** Who it is, and when they last wrote to which Page. */
export function ContactHeader({ contact }: { contact: ContactView }) {
  const { data: pages } = useQuery(pagesQuery(useApi()));
  const page = pages?.find(({ id }) => id === contact.facebookPageId);
  return (
    <Group gap="md" wrap="nowrap">
      <ContactAvatar contact={contact} size={52} />
      <Stack gap={2} miw={0}>
        <Text fw={650} fz="h3" lh={1.25} style={{ overflowWrap: "anywhere" }}>
          {fullName(contact)}
        </Text>
        <Text size="sm" c="dimmed">
          {page?.name}
          {page && contact.lastInteraction && " · "}
          {contact.lastInteraction && (
            <>
              {says.lastInteraction} <Ago at={contact.lastInteraction} />
            </>
          )}
        </Text>
      </Stack>
    </Group>
  );
}

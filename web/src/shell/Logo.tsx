import { Group, Text } from "@mantine/core";
import { texts } from "../texts";

export function Logo() {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/icon.svg" width={28} height={28} alt="" />
      <Text fw={700} size="lg" lts="-0.02em">
        {texts.product}
      </Text>
    </Group>
  );
}

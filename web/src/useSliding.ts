import { useDisclosure } from "@mantine/hooks";
import { useEffect } from "react";

/** For a dialog that exists only while it is shown: it opens once mounted, so that it slides in and gives focus back. */
export function useSliding() {
  const [opened, { open, close }] = useDisclosure();
  useEffect(open, [open]);
  return { opened, close };
}

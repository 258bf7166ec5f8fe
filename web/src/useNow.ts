import { useInterval } from "@mantine/hooks";
import { useState } from "react";

/** Milliseconds since 1970, moving on every `everyMilliseconds`: for texts that say how long ago something was. */
export function useNow(everyMilliseconds: number): number {
  const [now, setNow] = useState(Date.now);
  useInterval(() => setNow(Date.now()), everyMilliseconds, { autoInvoke: true });
  return now;
}

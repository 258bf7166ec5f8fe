import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

const PAUSE_MILLISECONDS = 300;

/** What somebody types, given to `commit` once they pause; `value`, changed elsewhere, replaces it. */
export function useTyped(value: string, commit: (text: string) => unknown) {
  const [text, setText] = useState(value);
  const given = useRef(value);
  const give = useDebouncedCallback((typed: string) => {
    given.current = typed.trim();
    commit(typed.trim());
  }, PAUSE_MILLISECONDS);
  useEffect(() => {
    if (value === given.current) return;
    given.current = value;
    setText(value);
  }, [value]);
  const type = (typed: string) => {
    setText(typed);
    give(typed);
  };
  return [text, type] as const;
}

import { useDocumentVisibility, useTimeout } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

const SHOWN_MILLISECONDS = 4000;

/** Whether the tab was hidden and has just come back. */
export function useReturned(): boolean {
  const visibility = useDocumentVisibility();
  const wasHidden = useRef(false);
  const [returned, setReturned] = useState(false);
  const { start } = useTimeout(() => setReturned(false), SHOWN_MILLISECONDS);
  useEffect(() => {
    if (visibility === "hidden") wasHidden.current = true;
    else if (wasHidden.current) {
      wasHidden.current = false;
      setReturned(true);
      start();
    }
  }, [visibility, start]);
  return returned;
}

import { createContext, type ReactNode, use } from "react";
import { formatAgo, formatDateTime } from "../formats";
import { texts } from "../texts";
import { useNow } from "../useNow";

const TICK_MILLISECONDS = 30_000;
const NowContext = createContext(0);

/** One clock for all cards: they move on together, and nothing of them but the time is drawn anew. */
export function Clock({ children }: { children: ReactNode }) {
  return <NowContext value={useNow(TICK_MILLISECONDS)}>{children}</NowContext>;
}

export function Ago({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatAgo(at, use(NowContext)) ?? texts.contacts.justNow}
    </time>
  );
}

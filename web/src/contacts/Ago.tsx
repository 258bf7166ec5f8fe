import { formatAgo, formatDateTime } from "../formats";
import { texts } from "../texts";
import { useNow } from "../useNow";

/** How long ago something was, kept true while one looks at it. */
export function Ago({ at }: { at: string }) {
  const now = useNow(60_000);
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatAgo(at, now) ?? texts.contacts.justNow}
    </time>
  );
}

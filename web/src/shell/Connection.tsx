import { Alert } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import { type Query, useQueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { ApiError } from "../api/client";
import { texts } from "../texts";

const RETRY_MILLISECONDS = 5000;

/** Says when the server cannot be reached, for as long as that is so. */
export function Connection() {
  const { online } = useNetwork();
  const unreachable = useUnreachable();
  const message = online ? unreachable && texts.trouble.unreachable : texts.trouble.offline;
  return (
    <div role="status">
      {message && (
        <Alert variant="light" color="orange" radius={0} icon={<WifiOff size={18} />} py="xs">
          {message}
        </Alert>
      )}
    </div>
  );
}

/** Whether the latest call of some query that is in use got no answer; it is made again for as long as that is so. */
function useUnreachable(): boolean {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  const unreachable = useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => cache.findAll({ type: "active" }).some(isUnanswered),
  );
  useEffect(() => {
    if (!unreachable) return;
    const retry = () =>
      client.refetchQueries({ type: "active", predicate: isUnanswered }, { cancelRefetch: false });
    const timer = setInterval(retry, RETRY_MILLISECONDS);
    return () => clearInterval(timer);
  }, [unreachable, client]);
  return unreachable;
}

function isUnanswered({ state }: Query): boolean {
  const problem = state.fetchFailureReason ?? state.error;
  return problem !== null && !(problem instanceof ApiError);
}

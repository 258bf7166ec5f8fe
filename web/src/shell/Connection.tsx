import { Alert } from "@mantine/core";
import { useNetwork } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { ApiError } from "../api/client";
import { texts } from "../texts";

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

/** Whether the latest call of some query that is in use got no answer. */
function useUnreachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () =>
      cache.findAll({ type: "active" }).some(({ state }) => {
        const problem = state.fetchFailureReason ?? state.error;
        return problem !== null && !(problem instanceof ApiError);
      }),
  );
}

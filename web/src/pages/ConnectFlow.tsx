import { Alert, Button, Group, Text } from "@mantine/core";
import { CircleAlert } from "lucide-react";
import { lazy, Suspense } from "react";
import { useSearchParams } from "react-router";
import { texts } from "../texts";
import { ConnectButton } from "./ConnectButton";
import { BACK_WITH_ERROR, BACK_WITH_OFFER } from "./connecting";

const ConnectDialog = lazy(() => import("./ConnectDialog"));
const { connect: says } = texts;

/** What Facebook's login has led back with: Pages to choose from, or why there are none. */
export function ConnectFlow() {
  const [back, setBack] = useSearchParams();
  const offer = back.get(BACK_WITH_OFFER);
  const error = back.get(BACK_WITH_ERROR);
  const leave = () => setBack({}, { replace: true });
  return (
    <>
      {error && <Refused code={error} onClose={leave} />}
      {offer && (
        <Suspense>
          <ConnectDialog key={offer} connectionId={offer} onClose={leave} />
        </Suspense>
      )}
    </>
  );
}

function Refused({ code, onClose }: { code: string; onClose: () => void }) {
  const reasons: Record<string, string> = says.errors;
  return (
    <Alert color="red" icon={<CircleAlert aria-hidden />} title={says.failed} mb="md">
      <Text size="sm">{reasons[code] ?? says.errors.FACEBOOK_UNAVAILABLE}</Text>
      <Group mt="sm" gap="xs">
        <ConnectButton size="xs" label={says.again} />
        <Button size="xs" variant="subtle" color="gray" onClick={onClose}>
          {texts.close}
        </Button>
      </Group>
    </Alert>
  );
}

import { Button, Group, Loader, Paper } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { History, RefreshCw, Settings2, Unplug } from "lucide-react";
import { lazy, Suspense } from "react";
import type { PageView } from "../api/schema";
import { useIsOwner } from "../signin/role";
import { texts } from "../texts";
import { LastResult } from "./LastResult";
import classes from "./PageCard.module.css";
import { PageIdentity } from "./PageIdentity";
import { SyncProgress } from "./SyncProgress";
import { type Sync, useSync } from "./useSync";

const LastRuns = lazy(() => import("./LastRuns"));
const PageSettings = lazy(() => import("./PageSettings"));

export function PageCard({ page, onLeave }: { page: PageView; onLeave: () => void }) {
  const owner = useIsOwner();
  const sync = useSync(page.id);
  const [settings, toSettings] = useDisclosure();
  const [runs, toRuns] = useDisclosure();
  return (
    <Paper component="article" aria-label={page.name} radius="lg" withBorder className={classes.card}>
      <Group justify="space-between" gap="md" p="lg">
        <PageIdentity page={page} />
        <SyncButton page={page} sync={sync} />
      </Group>
      {sync.job && sync.active ? (
        <SyncProgress page={page} job={sync.job} sync={sync} />
      ) : (
        <LastResult page={page} sync={sync} />
      )}
      <Group gap={4} px="sm" py={6} className={classes.footer}>
        <FooterButton Icon={History} label={texts.sync.lastRuns} onClick={toRuns.toggle} expanded={runs} />
        {owner && (
          <Group gap={4} ml="auto">
            <FooterButton
              Icon={Settings2}
              label={texts.pages.settings}
              name={texts.pages.settingsOf(page.name)}
              onClick={toSettings.open}
            />
            <FooterButton
              Icon={Unplug}
              label={texts.pages.disconnect}
              name={texts.pages.disconnectOf(page.name)}
              onClick={onLeave}
            />
          </Group>
        )}
      </Group>
      <Suspense>
        {runs && <LastRuns facebookPageId={page.id} />}
        {settings && <PageSettings page={page} sync={sync} onClose={toSettings.close} />}
      </Suspense>
    </Paper>
  );
}

function SyncButton({ page, sync }: { page: PageView; sync: Sync }) {
  const starting = sync.start.isPending || sync.retryFailed.isPending;
  const busy = starting || sync.active;
  const words = starting ? texts.sync.starting : texts.sync.running;
  return (
    <Button
      leftSection={busy ? <Loader size={16} color="gray" aria-hidden /> : <RefreshCw size={16} aria-hidden />}
      disabled={busy}
      onClick={() => sync.start.mutate("incremental")}
      className={classes.sync}
      {...(!busy && { "aria-label": texts.pages.syncOf(page.name) })}
    >
      {busy ? words : texts.pages.sync}
    </Button>
  );
}

interface FooterButtonProps {
  Icon: typeof History;
  label: string;
  name?: string;
  expanded?: boolean;
  onClick: () => void;
}

function FooterButton({ Icon, label, name, expanded, onClick }: FooterButtonProps) {
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      leftSection={<Icon size={15} aria-hidden />}
      onClick={onClick}
      {...(name && { "aria-label": name })}
      {...(expanded !== undefined && { "aria-expanded": expanded })}
    >
      {label}
    </Button>
  );
}

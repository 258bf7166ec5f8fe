import {
  Button,
  Divider,
  Drawer,
  Group,
  Radio,
  Select,
  Skeleton,
  Slider,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { body, useApi } from "../api/client";
import { told } from "../api/problems";
import type { EditPageBody, PageView, UpdateMode } from "../api/schema";
import { complain, notify } from "../notify";
import { texts } from "../texts";
import { useSliding } from "../useSliding";
import { pagesQuery, pipelinesQuery } from "./queries";
import type { Sync } from "./useSync";

interface Props {
  page: PageView;
  sync: Sync;
  onClose: () => void;
}

const { settings: says } = texts;

export default function PageSettings({ page, sync, onClose }: Props) {
  const { opened, close } = useSliding();
  return (
    <Drawer
      opened={opened}
      onClose={close}
      onExitTransitionEnd={onClose}
      size={440}
      title={
        <div>
          <Title order={2} size="h4">
            {texts.pages.settingsOf(page.name)}
          </Title>
          <Text size="sm" c="dimmed">
            {says.lead}
          </Text>
        </div>
      }
      closeButtonProps={{ "aria-label": says.cancel }}
    >
      <SettingsForm page={page} onDone={close} />
      <Divider my="xl" />
      <FullSync sync={sync} onDone={close} />
    </Drawer>
  );
}

function SettingsForm({ page, onDone }: { page: PageView; onDone: () => void }) {
  const api = useApi();
  const client = useQueryClient();
  const [pipelineId, setPipelineId] = useState(page.autoPipelineId);
  const [mode, setMode] = useState<UpdateMode>(page.updateMode);
  const [threshold, setThreshold] = useState(page.confidenceThreshold);
  const save = useMutation({
    mutationFn: (edit: EditPageBody) => {
      const params = { path: { facebookPageId: page.id } };
      return body(api.PATCH("/api/facebook/pages/{facebookPageId}", { params, body: edit }));
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: pagesQuery(api).queryKey });
      notify("teal", says.saved);
      onDone();
    },
    onError: (problem) => complain(says.notSaved, problem),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ autoPipelineId: pipelineId, updateMode: mode, confidenceThreshold: threshold });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xl">
        <PipelineChoice value={pipelineId} onChange={setPipelineId} />
        <Radio.Group label={says.mode} value={mode} onChange={(value) => setMode(value as UpdateMode)}>
          <Stack gap="sm" mt="xs">
            {Object.entries(says.modes).map(([value, [label, description]]) => (
              <Radio key={value} value={value} label={label} description={description} />
            ))}
          </Stack>
        </Radio.Group>
        <Threshold value={threshold} onChange={setThreshold} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {says.cancel}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {says.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function PipelineChoice({
  value,
  onChange,
}: {
  value: string | null;
  onChange: (id: string | null) => void;
}) {
  const { data: pipelines, error, refetch } = useQuery(pipelinesQuery(useApi()));
  if (!pipelines && error)
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm" role="alert">
          {told(error)}
        </Text>
        <Button variant="default" size="compact-sm" onClick={() => void refetch()}>
          {texts.trouble.again}
        </Button>
      </Stack>
    );
  if (!pipelines) return <Skeleton height={84} aria-label={says.loading} />;
  return (
    <Select
      label={says.pipeline}
      description={says.pipelineHelp}
      placeholder={says.noPipeline}
      data={pipelines.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
      clearable
    />
  );
}

function Threshold({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  return (
    <div>
      <Text size="sm" fw={500}>
        {says.threshold}
      </Text>
      <Text size="xs" c="dimmed" mb="xs">
        {says.thresholdHelp(value)}
      </Text>
      <Slider
        value={value}
        onChange={onChange}
        step={5}
        label={(percent) => `${percent} %`}
        thumbLabel={says.threshold}
        marks={[0, 25, 50, 75, 100].map((mark) => ({ value: mark, label: `${mark} %` }))}
        mx="xs"
        mb="lg"
      />
    </div>
  );
}

function FullSync({ sync, onDone }: { sync: Sync; onDone: () => void }) {
  const start = () => {
    sync.start.mutate("full");
    onDone();
  };
  return (
    <Stack gap="xs" align="flex-start">
      <Title order={3} size="h5">
        {says.full}
      </Title>
      <Text size="sm" c="dimmed">
        {says.fullHelp}
      </Text>
      <Button variant="default" disabled={sync.active} onClick={start}>
        {says.fullStart}
      </Button>
    </Stack>
  );
}

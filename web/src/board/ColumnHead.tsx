import { Text, Title, Tooltip, UnstyledButton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleDot, CircleX, Info, Trophy } from "lucide-react";
import { useApi } from "../api/client";
import type { StageView } from "../api/schema";
import { formatNumber } from "../formats";
import { pipelinesQuery } from "../pages/queries";
import { texts } from "../texts";
import classes from "./Board.module.css";
import { IN_CONTENT } from "./content";
import { columnCountQuery, type Filter } from "./queries";

const KINDS = { OPEN: CircleDot, WON: Trophy, LOST: CircleX };
const ALWAYS = { hover: true, focus: true, touch: true };
const { board: says } = texts;

interface Props {
  id: string;
  stage: StageView;
  filter: Filter;
  isFiltered: boolean;
}

export function ColumnHead({ id, stage, filter, isFiltered }: Props) {
  const count = useCount(stage, filter, isFiltered);
  const Kind = KINDS[stage.kind];
  return (
    <header className={classes.head}>
      <Kind size={16} className={classes.kind} {...kindName(stage)} />
      <Title order={2} size="sm" id={id} className={classes.stage}>
        {stage.name}
      </Title>
      {stage.description && <Description stage={stage} />}
      <Text size="xs" fw={600} className={`${classes.count} numbers`}>
        {count === undefined ? "…" : formatNumber(count)}
        <span className="sr-only"> {says.inStage(count ?? 0)}</span>
      </Text>
    </header>
  );
}

/** What only colour and shape would tell. */
const kindName = ({ kind }: StageView) =>
  kind === "OPEN" ? { "aria-hidden": true } : { role: "img", "aria-label": says.kinds[kind] };

/** Told on hover and focus, and to screen readers as the button's description. */
function Description({ stage }: { stage: StageView }) {
  return (
    <Tooltip label={stage.description} multiline w={260} events={ALWAYS} {...IN_CONTENT}>
      <UnstyledButton className={classes.info} aria-label={says.about(stage.name)}>
        <Info size={14} aria-hidden />
      </UnstyledButton>
    </Tooltip>
  );
}

/** Without a filter the pipeline has told it already. */
function useCount(stage: StageView, filter: Filter, isFiltered: boolean): number | undefined {
  const api = useApi();
  const toldAt = useQueryClient().getQueryState(pipelinesQuery(api).queryKey)?.dataUpdatedAt;
  const told = isFiltered || toldAt === undefined ? {} : initially(stage.contactCount, toldAt);
  return useQuery({ ...columnCountQuery(api, stage.id, filter), ...told }).data;
}

const initially = (count: number, initialDataUpdatedAt: number) => ({
  initialData: { count },
  initialDataUpdatedAt,
});

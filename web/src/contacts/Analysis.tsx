import { Stack, Text } from "@mantine/core";
import type { AnalysisView, ContactDetailView } from "../api/schema";
import { formatDateTime } from "../formats";
import { texts } from "../texts";
import classes from "./Contact.module.css";
import { Section } from "./Section";

const { contact: says } = texts;

/** What the AI made of the conversation, in which words, and on what grounds. */
export function Analysis({ contact: { analysis, notAnalysed } }: { contact: ContactDetailView }) {
  return (
    <Section title={says.summary}>
      <Stack gap="sm">
        {notAnalysed && (
          <Text size="sm" c="dimmed">
            {notAnalysed}
          </Text>
        )}
        {analysis ? (
          <Opinion analysis={analysis} />
        ) : (
          !notAnalysed && (
            <Text size="sm" c="dimmed">
              {says.noAnalysis}
            </Text>
          )
        )}
      </Stack>
    </Section>
  );
}

function Opinion({ analysis }: { analysis: AnalysisView }) {
  return (
    <>
      <Text>{analysis.summary}</Text>
      {analysis.evidence.length > 0 && (
        <ul className={classes.quotes} aria-label={says.evidence}>
          {analysis.evidence.map(({ messageId, quote }) => (
            <li key={messageId + quote}>
              <q>{quote}</q>
            </li>
          ))}
        </ul>
      )}
      {analysis.reasoning && (
        <Text size="sm">
          <Text span inherit fw={600}>
            {says.reasoning}{" "}
          </Text>
          {analysis.reasoning}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {says.analysed(formatDateTime(analysis.analysedAt), analysis.model)}
      </Text>
    </>
  );
}

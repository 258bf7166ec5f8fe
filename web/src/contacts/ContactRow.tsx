import { Badge, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { type CSSProperties, memo } from "react";
import { Link, useLocation } from "react-router";
import { useApi } from "../api/client";
import type { ContactView } from "../api/schema";
import { pagesQuery } from "../pages/queries";
import { CONTACTS } from "../shell/addresses";
import { texts } from "../texts";
import { Ago } from "./Ago";
import { ContactAvatar } from "./ContactAvatar";
import classes from "./ContactTable.module.css";
import { LeadScore } from "./LeadScore";
import { LeadStatusBadge } from "./LeadStatusBadge";
import { fullName } from "./names";
import { ROLES } from "./roles";

const TAGS_SHOWN = 2;

interface Props {
  contact: ContactView;
  index: number;
  onFocus: (index: number) => void;
  place: CSSProperties;
}

export const ContactRow = memo(
  function ContactRow({ contact, index, onFocus, place }: Props) {
    const { search } = useLocation();
    return (
      <tr
        {...ROLES.row}
        aria-rowindex={index + 2}
        data-index={index}
        className={classes.row}
        style={place}
        onFocus={() => onFocus(index)}
      >
        <td {...ROLES.cell} className={classes.name}>
          <ContactAvatar contact={contact} />
          <Link to={{ pathname: `${CONTACTS}/${contact.id}`, search }} className={classes.link}>
            {fullName(contact)}
          </Link>
        </td>
        <td {...ROLES.cell} className={classes.page}>
          <PageName facebookPageId={contact.facebookPageId} />
        </td>
        <td {...ROLES.cell} className={classes.stage}>
          {contact.stageName ?? <Nothing />}
          {contact.suggestedStageName && <Suggested stage={contact.suggestedStageName} />}
        </td>
        <td {...ROLES.cell} className={classes.status}>
          <LeadStatusBadge status={contact.leadStatus} />
        </td>
        <td {...ROLES.cell} className={classes.score}>
          <LeadScore score={contact.leadScore} />
        </td>
        <td {...ROLES.cell} className={classes.lastInteraction}>
          {contact.lastInteraction && <Ago at={contact.lastInteraction} />}
        </td>
        <td {...ROLES.cell} className={classes.tags}>
          <Tags tags={contact.tags} />
        </td>
      </tr>
    );
  },
  (before, after) =>
    before.contact === after.contact &&
    before.index === after.index &&
    before.place.transform === after.place.transform &&
    before.place.height === after.place.height,
);

function PageName({ facebookPageId }: { facebookPageId: string }) {
  const { data: pages } = useQuery(pagesQuery(useApi()));
  return pages?.find((page) => page.id === facebookPageId)?.name ?? "";
}

function Suggested({ stage }: { stage: string }) {
  const words = texts.contact.suggests(stage);
  return (
    <span title={words} className={classes.suggested}>
      <Sparkles size={14} role="img" aria-label={words} />
    </span>
  );
}

function Nothing() {
  return (
    <Text span inherit c="dimmed">
      –
    </Text>
  );
}

function Tags({ tags }: { tags: string[] }) {
  const rest = tags.length - TAGS_SHOWN;
  return (
    <>
      {tags.slice(0, TAGS_SHOWN).map((tag) => (
        <Badge key={tag} variant="light" color="gray" tt="none" fw={500}>
          {tag}
        </Badge>
      ))}
      {rest > 0 && (
        <Text span size="xs" c="dimmed" title={tags.slice(TAGS_SHOWN).join(", ")}>
          {texts.contacts.moreTags(rest)}
        </Text>
      )}
    </>
  );
}

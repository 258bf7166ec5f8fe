import { Sparkles } from "lucide-react";
import { memo } from "react";
import { Link } from "react-router";
import type { ContactView } from "../api/schema";
import { ContactAvatar } from "../contacts/ContactAvatar";
import { HOT, WARM } from "../contacts/LeadScore";
import { fullName } from "../contacts/names";
import { texts } from "../texts";
import classes from "./Card.module.css";
import { FollowSuggestion } from "./FollowSuggestion";
import { Ago } from "./now";

const TAGS_SHOWN = 3;
const { board: says } = texts;

interface Props {
  contact: ContactView;
  /** Not while it is in the air. */
  isLinked?: boolean;
}

/** What a card says of a contact. Drawn anew with the contact alone, and not with every step of a drag. */
export const CardFace = memo(function CardFace({ contact, isLinked = false }: Props) {
  const name = fullName(contact);
  return (
    <>
      <div className={classes.top}>
        <ContactAvatar contact={contact} size={32} />
        <div className={classes.who}>
          <div className={classes.name}>
            {isLinked ? (
              <Link to={`/contacts/${contact.id}`} className={classes.link} draggable={false}>
                {name}
              </Link>
            ) : (
              name
            )}
          </div>
          <div className={classes.when}>
            <span className="sr-only">{platforms(contact)}</span>
            {contact.lastInteraction ? <Ago at={contact.lastInteraction} /> : says.neverWrote}
          </div>
        </div>
        <Score score={contact.leadScore} />
      </div>
      {contact.aiContext && <p className={classes.summary}>{contact.aiContext}</p>}
      <Tags tags={contact.tags} />
      {contact.suggestedStageName && (
        <div className={classes.suggestion}>
          <Sparkles size={13} aria-hidden />
          <span className={classes.suggests}>{says.suggests(contact.suggestedStageName)}</span>
          {isLinked && <FollowSuggestion contact={contact} />}
        </div>
      )}
    </>
  );
});

function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return null;
  const [shown, others] = [tags.slice(0, TAGS_SHOWN), tags.slice(TAGS_SHOWN)];
  return (
    <div className={classes.tags}>
      {shown.map((tag) => (
        <span key={tag} className={classes.tag} title={tag}>
          {tag}
        </span>
      ))}
      {others.length > 0 && (
        <span className={classes.tag} title={others.join(", ")}>
          +{others.length}
        </span>
      )}
    </div>
  );
}

/** The marks at the picture are for the eye alone. */
const platforms = ({ hasMessenger, hasInstagram }: ContactView) =>
  [hasMessenger && texts.pages.messenger, hasInstagram && texts.pages.instagram].filter(Boolean).join(", ");

function Score({ score }: { score: number | null }) {
  if (score === null) return null;
  const heat = score >= HOT ? "hot" : score >= WARM ? "warm" : "cool";
  return (
    <span className={`${classes.score} numbers`} data-heat={heat} title={says.score(score)}>
      <span className="sr-only">{says.scoreIs} </span>
      {score}
    </span>
  );
}

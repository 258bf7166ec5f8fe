import { Avatar } from "@mantine/core";
import { Sparkles } from "lucide-react";
import { Link } from "react-router";
import type { ContactView } from "../api/schema";
import { InstagramMark, MessengerMark } from "../pages/PlatformMarks";
import { texts } from "../texts";
import classes from "./Card.module.css";
import { fullName } from "./names";
import { Ago } from "./now";

const TAGS_SHOWN = 3;
const { board: says } = texts;

interface Props {
  contact: ContactView;
  /** Not while it is in the air. */
  isLinked?: boolean;
}

/** What a card says of a contact. */
export function CardFace({ contact, isLinked = false }: Props) {
  const name = fullName(contact);
  return (
    <>
      <div className={classes.top}>
        <Avatar name={name} color="initials" size={30} radius="xl" aria-hidden />
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
            <Platforms contact={contact} />
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
          <span>{says.suggests(contact.suggestedStageName)}</span>
        </div>
      )}
    </>
  );
}

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

function Platforms({ contact }: { contact: ContactView }) {
  return (
    <>
      {contact.hasMessenger && (
        <>
          <MessengerMark />
          <span className="sr-only">{texts.pages.messenger}</span>
        </>
      )}
      {contact.hasInstagram && (
        <>
          <InstagramMark />
          <span className="sr-only">{texts.pages.instagram}</span>
        </>
      )}
    </>
  );
}

const HOT = 70;
const WARM = 40;

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

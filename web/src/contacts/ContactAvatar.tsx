import { Avatar } from "@mantine/core";
import type { ContactView } from "../api/schema";
import { InstagramMark, MessengerMark } from "../pages/PlatformMarks";
import { texts } from "../texts";
import classes from "./marks.module.css";
import { fullName } from "./names";

/** Those whose text is legible on their light shade. */
const COLORS = ["violet", "indigo", "blue", "grape", "pink", "cyan"];
/** Names come with flowers and flags, which are no initials. */
const initialsFrom = (name: string) => name.replace(/[^\p{L}\p{N}\s]/gu, " ").trim() || "?";

/** A contact's initials, with the marks of where they write from. */
export function ContactAvatar({ contact, size = 38 }: { contact: ContactView; size?: number }) {
  return (
    <span className={classes.avatar}>
      <Avatar
        name={initialsFrom(fullName(contact))}
        color="initials"
        allowedInitialsColors={COLORS}
        size={size}
        radius="xl"
        alt=""
        aria-hidden
      />
      <span className={classes.platforms}>
        {contact.hasMessenger && (
          <span title={texts.pages.messenger}>
            <MessengerMark />
          </span>
        )}
        {contact.hasInstagram && (
          <span title={texts.pages.instagram}>
            <InstagramMark />
          </span>
        )}
      </span>
    </span>
  );
}

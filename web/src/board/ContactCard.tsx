import { memo } from "react";
import type { ContactView } from "../api/schema";
import classes from "./Card.module.css";
import { CardFace } from "./CardFace";
import { fullName } from "./names";

export const ContactCard = memo(function ContactCard({ contact }: { contact: ContactView }) {
  return (
    <li>
      <article className={classes.card}>
        <CardFace contact={contact} name={fullName(contact)} />
      </article>
    </li>
  );
});

import type { ContactView } from "../api/schema";
import { texts } from "../texts";

export const fullName = ({ firstName, lastName }: Pick<ContactView, "firstName" | "lastName">) =>
  `${firstName} ${lastName}`.trim() || texts.contacts.noName;

import type { ContactView } from "../api/schema";

export const fullName = ({ firstName, lastName }: Pick<ContactView, "firstName" | "lastName">) =>
  `${firstName} ${lastName}`.trim();

/** Where what somebody typed about a contact is kept until it is saved, by the contact's id. */
export const DRAFTS = "draft:";

/** Nobody who signs in after finds it. */
export function forgetDrafts() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFTS)) sessionStorage.removeItem(key);
}

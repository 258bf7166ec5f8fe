/** Where the views are that others lead to. */
export const HOME = "/settings/pages";
export const CONTACTS = "/contacts";

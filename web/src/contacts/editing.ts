/** Changing a contact by hand: what is typed but not sent, and how it is sent. */
import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, body, useApi } from "../api/client";
import type { ContactDetailView, ContactEditBody, ContactsView, ContactView } from "../api/schema";
import { pipelinesQuery } from "../pages/queries";
import { activitiesQuery, contactQuery, contactsKey, isShort, tagsQuery } from "./queries";

/** What is typed about a contact; what is left out is as it is. Tags are changes: others may change theirs meanwhile. */
export type Draft = Fields & { readonly tagged?: Tagged };

type Fields = Partial<Pick<ContactDetailView, "firstName" | "lastName" | "stageId">>;
export type Changes = Fields & Partial<Pick<ContactDetailView, "tags">>;

interface Tagged {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** What `draft` changes of the contact as it is now. */
export function unsaved({ tagged, ...fields }: Draft, contact: ContactDetailView): Changes {
  const wanted: Changes = tagged ? { ...fields, tags: withTags(contact.tags, tagged) } : fields;
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(contact[name as keyof Changes]);
  return Object.fromEntries(Object.entries(wanted).filter(differs));
}

/** `draft` without what was sent of it: more may have been typed meanwhile. */
export const unsent = (draft: Draft, sent: Draft): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([name, value]) => sent[name as keyof Draft] !== value));

/** What makes `tags` of the contact's. */
export const tagging = (contact: ContactDetailView, tags: readonly string[]): Tagged => ({
  added: tags.filter((tag) => !contact.tags.includes(tag)),
  removed: contact.tags.filter((tag) => !tags.includes(tag)),
});

const withTags = (tags: readonly string[], { added, removed }: Tagged) => [
  ...tags.filter((tag) => !removed.includes(tag)),
  ...added.filter((tag) => !tags.includes(tag)),
];

export const isConflict = (problem: unknown) =>
  problem instanceof ApiError && problem.code === "VERSION_CONFLICT";

/** Sends an edit of the contact as it was seen. Where somebody was faster, it is read anew. */
export function useEdit(contact: ContactDetailView) {
  const api = useApi();
  const client = useQueryClient();
  const key = contactQuery(api, contact.id).queryKey;
  return useMutation({
    mutationFn: (edit: ContactEditBody) => {
      const params = { path: { contactId: contact.id } };
      const { version } = contact;
      return body(api.PATCH("/api/contacts/{contactId}", { params, body: { ...edit, version } }));
    },
    onSuccess: (saved) => {
      client.setQueryData(key, saved);
      showInLists(client, saved);
      const changed = [activitiesQuery(api, saved.id), tagsQuery(api), pipelinesQuery(api)];
      for (const { queryKey } of changed) void client.invalidateQueries({ queryKey });
      void client.invalidateQueries({ queryKey: contactsKey, predicate: isShort });
    },
    onError: async (problem) => {
      if (isConflict(problem)) await client.invalidateQueries({ queryKey: key });
    },
  });
}

export type Edit = ReturnType<typeof useEdit>;

/** At once, and in lists too long to be read again. */
function showInLists(client: QueryClient, saved: ContactDetailView) {
  client.setQueriesData<Partial<InfiniteData<ContactsView>>>({ queryKey: contactsKey }, (known) => {
    if (!known?.pages) return known;
    const shown = (contact: ContactView) => (contact.id === saved.id ? saved : contact);
    const pages = known.pages.map((page) => ({ ...page, contacts: page.contacts.map(shown) }));
    return { ...known, pages };
  });
}

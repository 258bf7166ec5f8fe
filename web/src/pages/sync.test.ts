import { expect, test } from "vitest";
import { justStarted, percentDone } from "./sync";

const started = justStarted("page", "job", "2026-03-01T10:00:00Z");

test("there is no percentage while Facebook is still being asked who there is", () => {
  expect(percentDone({ ...started, listedContacts: 100, syncedContacts: 40 })).toBeNull();
});

test("synced, unchanged and failed contacts are all done with", () => {
  const job = { ...started, listingComplete: true, listedContacts: 200 };
  expect(percentDone({ ...job, syncedContacts: 40, skippedContacts: 7, failedContacts: 3 })).toBe(25);
});

test("it says 100 only when nobody is left", () => {
  const job = { ...started, listingComplete: true, listedContacts: 1000 };
  expect(percentDone({ ...job, syncedContacts: 999 })).toBe(99);
  expect(percentDone({ ...job, syncedContacts: 1000 })).toBe(100);
});

test("a Page to which nobody wrote has no percentage", () => {
  expect(percentDone({ ...started, listingComplete: true })).toBeNull();
});

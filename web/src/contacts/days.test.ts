import { expect, test } from "vitest";
import { beginOf, dayOf } from "./days";

test("a day is that of the moment it begins at, over the end of a month", () => {
  for (const day of ["2026-02-28", "2026-03-29", "2026-12-31"]) {
    expect(dayOf(beginOf(day) ?? "")).toBe(day);
    expect(dayOf(beginOf(day, 1) ?? "", -1)).toBe(day);
  }
  expect(dayOf(beginOf("2026-12-31", 1) ?? "")).toBe("2027-01-01");
});

test("a year that is still being typed is no day", () => {
  for (const typed of ["", "0002-03-01", "0202-03-01"]) expect(beginOf(typed)).toBeUndefined();
});

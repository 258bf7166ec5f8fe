import { expect, test } from "vitest";
import { formatAgo } from "./formats";

const DAY = 86_400_000;
const ago = (days: number) => formatAgo(new Date(0).toISOString(), days * DAY);

test("elapsed time is told in numbers that hold for all of it", () => {
  expect(ago(0.0001)).toBeNull();
  expect(ago(1 / 12)).toBe("2 hours ago");
  expect(ago(1.9)).toBe("1 day ago");
  expect(ago(59)).toBe("1 month ago");
  expect(ago(700)).toBe("1 year ago");
});

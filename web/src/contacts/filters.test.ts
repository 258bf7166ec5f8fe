import { expect, test } from "vitest";
import { type Filters, NO_FILTERS, readFilters, withFilters } from "./filters";

const PAGE = "0a0b0c0d-0000-4000-8000-000000000001";

const all: Required<Filters> = {
  q: "maria silva",
  facebookPageId: PAGE,
  platform: "instagram",
  pipelineId: PAGE,
  stageId: PAGE,
  leadStatus: "QUALIFIED",
  minScore: 0,
  maxScore: 100,
  tag: "Trade fair & more",
  interactedAfter: "2026-03-01T00:00:00.000Z",
  interactedBefore: "2026-04-01T00:00:00.000Z",
  staged: true,
  suggested: false,
};

test("every filter survives its way through the address", () => {
  const address = withFilters(new URLSearchParams(), all);
  expect(readFilters(new URLSearchParams(address.toString()))).toEqual(all);
});

test("what the API would refuse is passed over", () => {
  const address = "?q=%20&facebookPageId=7&platform=fax&leadStatus=&minScore=101&maxScore=x&suggested=maybe";
  expect(readFilters(new URLSearchParams(`${address}&interactedAfter=yesterday`))).toEqual({});
});

test("clearing leaves what is no filter", () => {
  const address = withFilters(new URLSearchParams("?other=1"), all);
  expect(withFilters(address, NO_FILTERS).toString()).toBe("other=1");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { lastDay, monthName, rangeOf } from "./range";

test("twelve whole months up to this one, or a year", () => {
  assert.deepEqual(rangeOf(null, new Date(2026, 1, 14)), { from: "2025-03-01", to: "2026-02-28" });
  assert.deepEqual(rangeOf("2024", new Date(2026, 1, 14)), { from: "2024-01-01", to: "2024-12-31" });
  assert.deepEqual(rangeOf("nonsense", new Date(2026, 0, 31)), { from: "2025-02-01", to: "2026-01-31" });
});

test("a leap year's February has its day", () => {
  assert.equal(lastDay(2024, 2), "2024-02-29");
});

test("a month has a short name", () => {
  assert.equal(monthName("2025-03", "es"), "mar 25");
  assert.equal(monthName("2025-12", "en"), "Dec 25");
});

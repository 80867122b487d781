import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, decimal, localDate, money } from "./format";

test("an amount keeps every digit that the document has, however large it is", () => {
  assert.equal(decimal("12345678901234567890.123456", "es"), "12,345,678,901,234,567,890.123456");
  assert.equal(decimal("0.10", "es"), "0.10");
  assert.equal(decimal("1234.5", "en"), "1,234.50");
  assert.equal(decimal("1000", "en", 0), "1,000");
});

test("a negative amount has a minus sign, and nothing is not negative", () => {
  assert.equal(money("-1234.5", "es", "MXN"), "−$1,234.50 MXN");
  assert.equal(money("-0.00", "es"), "$0.00");
});

test("what is no amount is shown as it is, and a missing one as a dash", () => {
  assert.equal(decimal("NaN", "es"), "NaN");
  assert.equal(money(null, "es"), "—");
});

test("a date of SAT's is the day that is written, in every zone", () => {
  assert.match(localDate("2024-01-31T23:59:59", "en"), /Jan 31, 2024/);
  assert.equal(localDate(null, "es"), "—");
});

test("how long ago, in the largest unit that fits", () => {
  const now = Date.parse("2024-01-02T00:00:00Z");
  assert.equal(ago("2024-01-01T23:55:00Z", "es", now), "hace 5 minutos");
  assert.equal(ago("2024-01-03T00:00:00Z", "en", now), "tomorrow");
});

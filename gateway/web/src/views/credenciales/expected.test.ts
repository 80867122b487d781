import assert from "node:assert/strict";
import { test } from "node:test";
import { expected } from "./expected";

test("what is downloaded daily is expected a day later, and monthly a month later", () => {
  assert.deepEqual(expected("DAILY", "2024-02-28T10:00:00Z"), { on: "2024-02-29T10:00:00.000Z" });
  assert.deepEqual(expected("MONTHLY", "2024-11-15T10:00:00Z"), { on: "2024-12-15T10:00:00.000Z" });
});

test("a month after the 31st is the last day of a shorter month", () => {
  assert.deepEqual(expected("MONTHLY", "2024-01-31T10:00:00Z"), { on: "2024-02-29T10:00:00.000Z" });
});

test("what comes once is expected until it came", () => {
  assert.equal(expected("ONCE", null), "with-next-connection");
  assert.equal(expected("ONCE", "2024-01-31T10:00:00Z"), "never");
});

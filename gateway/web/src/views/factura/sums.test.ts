import assert from "node:assert/strict";
import { test } from "node:test";
import { percent } from "./sums";

test("a rate becomes a percentage without losing a digit", () => {
  assert.equal(percent("0.160000"), "16 %");
  assert.equal(percent("0.106667"), "10.6667 %");
  assert.equal(percent("0.012500"), "1.25 %");
  assert.equal(percent("0"), "0 %");
  assert.equal(percent("1.6"), "160 %");
});

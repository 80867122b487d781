import assert from "node:assert/strict";
import test from "node:test";
import { asked, filterOf, orderOf } from "./asked";

const of = (address: string) => filterOf(asked(new URLSearchParams(address)));

test("an address is a filter", () => {
  assert.deepEqual(of("d=ISSUED&t=I&desde=2025-01-01&hasta=2025-01-31&saldo=1"), {
    direction: ["ISSUED"],
    type: ["I"],
    paymentsOutstanding: true,
    issuedAt: { from: "2025-01-01", to: "2025-01-31" },
  });
});

test("a name, an RFC and a folio fiscal are told apart", () => {
  assert.deepEqual(of("q=Ferretería del Norte"), { counterpartyName: "Ferretería del Norte" });
  assert.deepEqual(of("q=cno150304qk7"), { counterpartyRfc: ["CNO150304QK7"] });
  assert.deepEqual(of("q=5b2b8a4c-0f6e-4e63-9e0b-6d2a7c41f0a1"), { uuid: ["5b2b8a4c-0f6e-4e63-9e0b-6d2a7c41f0a1"] });
});

test("what is half typed is left out", () => {
  assert.deepEqual(of("min=1,0&desde=2025-1"), {});
  assert.equal(orderOf(asked(new URLSearchParams("o=NONSENSE"))), "ISSUED_AT_DESC");
});

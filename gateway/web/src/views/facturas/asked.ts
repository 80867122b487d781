/** What the address asks for (`?d=ISSUED&t=I&q=…`), and the filter that it is. Addresses can be kept and sent on. */
import type { InvoiceFilter, InvoiceOrder } from "../../api/operations";

/** The keys of the address. */
export const KEYS = { direction: "d", type: "t", status: "s", name: "q", from: "desde", to: "hasta", least: "min", owed: "saldo", order: "o" } as const;
export type Asked = Record<keyof typeof KEYS, string>;

export function asked(query: URLSearchParams): Asked {
  const entries = Object.entries(KEYS).map(([name, key]) => [name, query.get(key) ?? ""]);
  return Object.fromEntries(entries) as Asked;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const AMOUNT = /^\d{1,18}(\.\d{1,6})?$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RFC = /^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}$/i;
const ORDERS: readonly string[] = ["ISSUED_AT_DESC", "ISSUED_AT_ASC", "TOTAL_DESC", "TOTAL_ASC", "COUNTERPARTY_ASC"];

/** What is half typed is left out: the API would refuse it. */
export function filterOf(asked: Asked): InvoiceFilter {
  const filter: Record<string, unknown> = {};
  if (asked.direction) filter["direction"] = [asked.direction];
  if (asked.type) filter["type"] = [asked.type];
  if (asked.status) filter["status"] = [asked.status];
  if (asked.owed) filter["paymentsOutstanding"] = true;
  if (AMOUNT.test(asked.least)) filter["total"] = { from: asked.least };
  const days = {
    ...(DATE.test(asked.from) ? { from: asked.from } : {}),
    ...(DATE.test(asked.to) ? { to: asked.to } : {}),
  };
  if (Object.keys(days).length) filter["issuedAt"] = days;
  const text = asked.name.trim();
  if (UUID.test(text)) filter["uuid"] = [text];
  else if (RFC.test(text)) filter["counterpartyRfc"] = [text.toUpperCase()];
  else if (text) filter["counterpartyName"] = text;
  return filter as InvoiceFilter;
}

export function orderOf(asked: Asked): InvoiceOrder {
  return (ORDERS.includes(asked.order) ? asked.order : "ISSUED_AT_DESC") as InvoiceOrder;
}

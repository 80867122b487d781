/** A table of invoices, and the button that brings the next ones. */
import type { InvoiceRowFragment } from "../api/operations";
import { localDate, money } from "../format";
import { Link } from "../router";
import { Badge, Button, Empty } from "../ui";
import { useLanguage, useWords } from "../words";
import { SETTLEMENT_TONE, words } from "./words";

interface TableProps {
  readonly rows: readonly InvoiceRowFragment[];
  readonly label: string;
  readonly more?: (() => void) | undefined;
  readonly busy?: boolean;
}

export function InvoiceTable({ rows, label, more, busy = false }: TableProps) {
  const say = useWords(words);
  if (rows.length === 0) return <Empty icon="invoice" title={say.none} />;
  return (
    <div class="stack">
      <div class="table table--cards">
        <table aria-label={label}>
          <thead>
            <tr>
              <th scope="col">{say.counterparty}</th>
              <th scope="col">{say.issuedAt}</th>
              <th scope="col">{say.invoice}</th>
              <th scope="col">{say.type}</th>
              <th scope="col">{say.state}</th>
              <th scope="col" class="num">
                {say.total}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <InvoiceRow key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {more && (
        <div class="row">
          <Button icon="down" busy={busy} onClick={more}>
            {say.more}
          </Button>
        </div>
      )}
    </div>
  );
}

export function counterparty(row: Pick<InvoiceRowFragment, "direction" | "issuer" | "receiver">) {
  return row.direction === "ISSUED" ? row.receiver : row.issuer;
}

function InvoiceRow({ row }: { readonly row: InvoiceRowFragment }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const other = counterparty(row);
  const type = row.type?.code ?? "";
  return (
    <tr>
      <th scope="row">
        <Link href={`/facturas/${encodeURIComponent(row.id)}`}>{other.name ?? say.nameless}</Link>
        <span class="small soft mono block">{other.rfc}</span>
      </th>
      <td data-label={say.issuedAt} class="whole">{localDate(row.issuedAt, language)}</td>
      <td data-label={say.invoice} class="mono small">
        {[row.series, row.folio].filter(Boolean).join(" ") || row.uuid?.slice(0, 8) || "—"}
      </td>
      <td data-label={say.type}>
        {say.types[type] ?? type}
        <span class="small soft block">{say.directions[row.direction]}</span>
      </td>
      <td data-label={say.state}>
        <State row={row} />
      </td>
      <td data-label={say.total} class="num">
        {/* A payment's own total is 0: what it paid is what one looks for. */}
        {type === "P" && row.paymentsTotal
          ? money(row.paymentsTotal, language, "MXN")
          : money(row.total, language, row.currency?.code)}
      </td>
    </tr>
  );
}

function State({ row }: { readonly row: InvoiceRowFragment }) {
  const say = useWords(words);
  const { language } = useLanguage();
  if (row.status === "CANCELLED") return <Badge tone="bad">{say.statuses["CANCELLED"]}</Badge>;
  if (!row.settlement) return <Badge tone="plain">{say.statuses[row.status]}</Badge>;
  const { state, outstanding } = row.settlement;
  return (
    <>
      <Badge tone={SETTLEMENT_TONE[state] ?? "plain"}>{say.settlements[state] ?? state}</Badge>
      {state !== "PAID" && <span class="small soft block">{say.outstanding(money(outstanding, language))}</span>}
    </>
  );
}

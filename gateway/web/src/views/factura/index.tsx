/** One invoice, whole: parties, lines, taxes, the payments that settle it, its relations, its history and its files. */
import { useQuery } from "@urql/preact";
import { InvoiceWhole } from "../../api/operations";
import type { InvoiceDetailFragment } from "../../api/operations";
import { words as documentWords } from "../../documents/words";
import { localDate, money } from "../../format";
import { Link } from "../../router";
import type { ViewProps } from "../../router";
import { Badge, Button, Card, Empty, Heading, LinkButton, Notice, Waiting } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { Chain, PaidInvoices } from "./chain";
import { Facts, Parties } from "./facts";
import { Files, History, Payrolls, Related } from "./more";
import { Lines, Sums } from "./sums";
import { words } from "./words";
import "./factura.css";

export default function Factura({ parameters }: ViewProps) {
  const say = useWords(words);
  const sayDocuments = useWords(documentWords);
  const [result, again] = useQuery({ query: InvoiceWhole, variables: { id: parameters["id"] ?? "" } });
  const node = result.data?.node;
  if (node?.__typename === "Invoice") return <Whole invoice={node} />;
  // An id that is none is refused by the API: for a reader it is the same as an invoice that is not there.
  const unknown = result.data || result.error?.graphQLErrors.length;
  if (!unknown && !result.error) return <Waiting />;
  return (
    <div class="stack">
      <Heading title={say.title} />
      {unknown ? (
        <Card>
          <Empty icon="invoice" title={say.gone}>
            <p>{say.goneWhy}</p>
            <LinkButton href="/facturas">{say.back}</LinkButton>
          </Empty>
        </Card>
      ) : (
        <Notice tone="bad" title={sayDocuments.unread} urgent>
          <Button onClick={() => again({ requestPolicy: "network-only" })}>{sayDocuments.again}</Button>
        </Notice>
      )}
    </div>
  );
}

function Whole({ invoice }: { readonly invoice: InvoiceDetailFragment }) {
  const say = useWords(words);
  const sayDocuments = useWords(documentWords);
  const { language } = useLanguage();
  const type = invoice.type?.code ?? "";
  const name = [invoice.series, invoice.folio].filter(Boolean).join(" ");
  return (
    <div class="stack">
      <Heading title={`${sayDocuments.types[type] ?? say.title} ${name}`.trim()}>
        <Files invoice={invoice} />
      </Heading>
      <div class="row">
        <Badge tone={invoice.status === "ACTIVE" ? "good" : "bad"}>{sayDocuments.statuses[invoice.status]}</Badge>
        <Badge tone="info">{sayDocuments.directions[invoice.direction]}</Badge>
        <span class="soft">{localDate(invoice.issuedAt, language)}</span>
        <strong class="invoice__total num">
          {type === "P" ? money(invoice.paymentsTotal, language, "MXN") : money(invoice.total, language, invoice.currency?.code)}
        </strong>
      </div>
      {invoice.status === "CANCELLED" && <Cancelled invoice={invoice} />}
      {invoice.parseStatus === "METADATA_ONLY" && <Notice tone="wait" title={say.metadataOnly} />}
      <Parties invoice={invoice} />
      {type === "P" ? <PaidInvoices invoice={invoice} /> : <Chain invoice={invoice} />}
      <Payrolls invoice={invoice} />
      <Lines invoice={invoice} />
      <div class="columns">
        <Sums invoice={invoice} />
        <Facts invoice={invoice} />
      </div>
      <Related invoice={invoice} />
      <History invoice={invoice} />
    </div>
  );
}

function Cancelled({ invoice }: { readonly invoice: InvoiceDetailFragment }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const { date, seenAt, replacedBy } = invoice.cancellation ?? { date: null, seenAt: null, replacedBy: null };
  const day = date ?? seenAt;
  return (
    <Notice tone="bad" title={say.cancelled}>
      {day && <p>{say.cancelledOn(localDate(day, language))}</p>}
      {replacedBy && <Link href={`/facturas/${encodeURIComponent(replacedBy.id)}`}>{say.replacedBy}</Link>}
    </Notice>
  );
}

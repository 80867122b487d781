/** Who issued it to whom, and what it says of itself. */
import type { InvoiceDetailFragment } from "../../api/operations";
import { decimal, localDate } from "../../format";
import { Badge, Card } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { words } from "./words";

interface Props {
  readonly invoice: InvoiceDetailFragment;
}
type Coded = { readonly code: string; readonly label?: string | null } | null | undefined;

export function labelled(code: Coded): string {
  if (!code) return "—";
  return code.label ? `${code.code} · ${code.label}` : code.code;
}

export function Parties({ invoice }: Props) {
  const say = useWords(words);
  const { issuer, receiver, issuerMore, receiverMore } = invoice;
  return (
    <div class="columns">
      <Party title={say.issuer} {...issuer} regime={issuerMore.regime} listed={issuerMore.blacklist?.situation} />
      <Party
        title={say.receiver}
        {...receiver}
        regime={receiverMore.regime}
        postalCode={receiverMore.postalCode}
        listed={receiverMore.blacklist?.situation}
      />
    </div>
  );
}

interface PartyProps {
  readonly title: string;
  readonly rfc?: string | null;
  readonly name?: string | null;
  readonly regime: Coded;
  readonly postalCode?: string | null;
  readonly listed?: string | undefined;
}

function Party({ title, rfc, name, regime, postalCode, listed }: PartyProps) {
  const say = useWords(words);
  return (
    <Card title={title}>
      <div>
        <p>
          <strong>{name ?? "—"}</strong>
        </p>
        <p class="mono">{rfc ?? "—"}</p>
        {regime && (
          <p class="small soft">
            {say.regime} {labelled(regime)}
          </p>
        )}
        {postalCode && (
          <p class="small soft">
            {say.postalCode} {postalCode}
          </p>
        )}
      </div>
      {listed && (
        <div>
          <Badge tone="bad" icon="alert">
            {say.blacklisted(listed)}
          </Badge>
        </div>
      )}
    </Card>
  );
}

export function Facts({ invoice }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  const foreign = invoice.exchangeRate && invoice.currency?.code !== "MXN";
  const facts: [string, string][] = [
    [say.uuid, invoice.uuid ?? "—"],
    [say.issuedAt, localDate(invoice.issuedAt, language)],
    [say.stampedAt, localDate(invoice.stampedAt, language)],
    [say.version, invoice.version ?? "—"],
    [say.use, labelled(invoice.use.use)],
    [say.form, labelled(invoice.paymentForm)],
    [say.method, labelled(invoice.method)],
    [say.place, invoice.placeOfIssue ?? "—"],
    ...(foreign ? [[say.rate, decimal(invoice.exchangeRate ?? "", language)] as [string, string]] : []),
  ];
  return (
    <Card title={say.facts}>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={name === say.uuid ? "mono small breaks" : undefined}>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

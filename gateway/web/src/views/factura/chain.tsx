/** The payments: of an invoice those that settle it, with its balance after each; of a payment the invoices it settles. */
import type { InvoiceDetailFragment } from "../../api/operations";
import { SETTLEMENT_TONE, words as documentWords } from "../../documents/words";
import { localDate, money } from "../../format";
import { Link } from "../../router";
import { Badge, Card, Notice } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { labelled } from "./facts";
import { Sum } from "./sums";
import { words } from "./words";

interface Props {
  readonly invoice: InvoiceDetailFragment;
}

export function Chain({ invoice }: Props) {
  const say = useWords(words);
  const sayDocuments = useWords(documentWords);
  const { language } = useLanguage();
  const { settlement, paid } = invoice;
  const currency = invoice.currency?.code;
  if (!settlement || !paid) {
    return invoice.method?.code === "PUE" ? <p class="soft">{say.chainNone}</p> : null;
  }
  return (
    <Card title={say.chain} aside={<Badge tone={SETTLEMENT_TONE[settlement.state] ?? "plain"}>{sayDocuments.settlements[settlement.state]}</Badge>}>
      {paid.problems.map((problem, n) => (
        <Notice key={n} tone="wait" title={say.problem[problem.code] ?? problem.code}>
          {problem.expected && problem.found && (
            <p class="small num">
              {problem.expected} ≠ {problem.found}
            </p>
          )}
        </Notice>
      ))}
      <dl class="ledger">
        <Sum name={say.total} amount={money(invoice.total, language, currency)} />
        <Sum name={say.paid} amount={`− ${money(paid.paid, language, currency)}`} />
        {/[1-9]/.test(paid.credited) && <Sum name={say.credited} amount={`− ${money(paid.credited, language, currency)}`} />}
        <Sum name={say.outstanding} amount={money(settlement.outstanding, language, currency)} strong />
      </dl>
      {invoice.instalments.length > 0 && (
        <ol class="instalments">
          {invoice.instalments.map((one, n) => (
            <li key={n}>
              <span class="instalments__number">{one.settlement.instalment ?? n + 1}</span>
              <span>
                <strong class="num">{money(one.settlement.paid, language, currency)}</strong>
                <span class="small soft block">
                  {localDate(one.payment.paidAt, language)} · {labelled(one.payment.paymentForm)}
                </span>
              </span>
              <span class="small soft num">
                {say.after} {money(one.settlement.remainingBalance, language, currency)}
              </span>
              <Link href={`/facturas/${encodeURIComponent(one.document.id)}`}>{say.open}</Link>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

export function PaidInvoices({ invoice }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <>
      {invoice.payments.map((payment, n) => (
        <Card key={n} title={say.settles} aside={<strong class="num">{money(payment.amount, language, payment.currency?.code)}</strong>}>
          <p class="small soft">
            {localDate(payment.paidAt, language)} · {labelled(payment.paymentForm)}
          </p>
          <ol class="instalments">
            {payment.settles.map((one, at) => (
              <li key={at}>
                <span class="instalments__number">{one.instalment ?? "·"}</span>
                <span>
                  {one.invoice ? (
                    <Link href={`/facturas/${encodeURIComponent(one.invoice.id)}`}>{[one.series, one.folio].filter(Boolean).join(" ") || one.uuid}</Link>
                  ) : (
                    <span class="mono small breaks">{one.uuid}</span>
                  )}
                  {!one.invoice && <span class="small soft block">{say.problem["ORPHAN_SETTLEMENT"]}</span>}
                </span>
                <span class="small soft num">
                  {say.after} {money(one.remainingBalance, language, one.currency?.code)}
                </span>
                <strong class="num">{money(one.paid, language, one.currency?.code)}</strong>
              </li>
            ))}
          </ol>
        </Card>
      ))}
    </>
  );
}

/** The lines, and how they come to the total. */
import type { InvoiceDetailFragment, TaxFieldsFragment } from "../../api/operations";
import { decimal, money } from "../../format";
import { Card } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { labelled } from "./facts";
import { words } from "./words";

interface Props {
  readonly invoice: InvoiceDetailFragment;
}

export function Lines({ invoice }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  if (invoice.lineItems.length === 0) return null;
  return (
    <Card title={say.lines}>
      <div class="table table--cards">
        <table>
          <thead>
            <tr>
              <th scope="col">{say.description}</th>
              <th scope="col" class="num">
                {say.quantity}
              </th>
              <th scope="col" class="num">
                {say.price}
              </th>
              <th scope="col" class="num">
                {say.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {invoice.lineItems.map((line, n) => (
              <tr key={n}>
                <th scope="row">
                  {line.description ?? "—"}
                  <span class="small soft block">{labelled(line.productKey)}</span>
                  <span class="small soft block">{taxesOf(line).map((tax) => taxName(tax, say, language)).join(" · ")}</span>
                </th>
                <td class="num" data-label={say.quantity}>
                  {decimal(line.quantity ?? "", language, 0)} {line.unit ?? line.unitKey?.label ?? ""}
                </td>
                <td class="num" data-label={say.price}>
                  {money(line.unitPrice, language)}
                </td>
                <td class="num" data-label={say.amount}>
                  {money(line.amount, language)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

type Line = InvoiceDetailFragment["lineItems"][number];

function taxesOf(line: Line): readonly TaxFieldsFragment[] {
  return [...line.taxesTransferred, ...line.taxesWithheld];
}

/** "IVA 16 %". A rate is a fraction in text: two places are moved in the text, so that no digit is lost. */
export function percent(rate: string): string {
  const [whole = "0", fraction = ""] = rate.split(".");
  const digits = whole + fraction.padEnd(2, "0");
  const point = whole.length + 2;
  const left = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const right = digits.slice(point).replace(/0+$/, "");
  return `${left}${right ? `.${right}` : ""} %`;
}

function taxName(tax: TaxFieldsFragment, say: { tax: (name: string, rate: string) => string; exempt: string }, language: "es" | "en"): string {
  const rate = tax.factor === "EXEMPT" ? say.exempt : tax.rate ? (tax.factor === "QUOTA" ? money(tax.rate, language) : percent(tax.rate)) : "";
  return say.tax(tax.tax?.label ?? tax.tax?.code ?? "", rate);
}

export function Sums({ invoice }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  const amount = (text: string | null | undefined) => money(text, language, invoice.currency?.code);
  return (
    <Card title={say.sums}>
      <dl class="ledger">
        <Sum name={say.subtotal} amount={amount(invoice.subtotal)} />
        {invoice.discount && <Sum name={say.discount} amount={`− ${amount(invoice.discount)}`} />}
        {invoice.taxesTransferred.map((tax, n) => (
          <Sum key={`t${n}`} name={taxName(tax, say, language)} amount={tax.amount ? amount(tax.amount) : say.exempt} />
        ))}
        {invoice.taxesWithheld.map((tax, n) => (
          <Sum key={`r${n}`} name={`${say.withheld}: ${taxName(tax, say, language)}`} amount={`− ${amount(tax.amount)}`} />
        ))}
        <Sum name={say.total} amount={amount(invoice.total)} strong />
      </dl>
    </Card>
  );
}

export function Sum({ name, amount, strong }: { readonly name: string; readonly amount: string; readonly strong?: boolean }) {
  return (
    <div class={strong ? "ledger__row ledger__row--total" : "ledger__row"}>
      <dt>{name}</dt>
      <dd class="num">{amount}</dd>
    </div>
  );
}

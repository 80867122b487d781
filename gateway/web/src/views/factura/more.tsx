/** Payroll, relations, history and files of an invoice. */
import type { DownloadFieldsFragment, InvoiceDetailFragment } from "../../api/operations";
import { InvoiceTable } from "../../documents/table";
import { moment, money } from "../../format";
import { Card } from "../../ui";
import { Icon } from "../../ui/icons";
import { useLanguage, useWords } from "../../words";
import { Sum } from "./sums";
import { words } from "./words";

interface Props {
  readonly invoice: InvoiceDetailFragment;
}

export function Payrolls({ invoice }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <>
      {invoice.payrolls.map((pay, n) => (
        <Card key={n} title={say.payroll}>
          <p class="small soft">
            {[pay.employee?.number, pay.employee?.position, pay.employee?.curp].filter(Boolean).join(" · ")}
          </p>
          <dl class="ledger">
            <Sum name={say.perceptions} amount={money(pay.totalPerceptions, language)} />
            <Sum name={say.other} amount={money(pay.totalOtherPayments, language)} />
            <Sum name={say.deductions} amount={`− ${money(pay.totalDeductions, language)}`} />
            <Sum name={say.total} amount={money(invoice.total, language)} strong />
          </dl>
        </Card>
      ))}
    </>
  );
}

export function Related({ invoice }: Props) {
  const say = useWords(words);
  const { related, relatedInvoices, relatedBy } = invoice;
  if (related.length + relatedBy.length === 0) return null;
  const missing = related.filter((one) => !relatedInvoices.some((held) => held.uuid === one.uuid));
  return (
    <Card title={say.related}>
      {related.length > 0 && (
        <>
          <h3>
            {say.refersTo} <span class="soft">{[...new Set(related.map((one) => one.relation?.label))].join(", ")}</span>
          </h3>
          {relatedInvoices.length > 0 && <InvoiceTable rows={relatedInvoices} label={say.refersTo} />}
          {missing.map((one) => (
            <p key={one.uuid} class="mono small breaks">
              {one.uuid}
            </p>
          ))}
        </>
      )}
      {relatedBy.length > 0 && (
        <>
          <h3>{say.referredBy}</h3>
          <InvoiceTable rows={relatedBy} label={say.referredBy} />
        </>
      )}
    </Card>
  );
}

export function History({ invoice }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <Card title={say.history}>
      {invoice.history.length === 0 ? (
        <p class="soft">{say.historyNone}</p>
      ) : (
        <ol class="changes">
          {invoice.history.map((entry, n) => (
            <li key={n}>
              <time class="small soft" dateTime={entry.at}>
                {moment(entry.at, language)}
              </time>
              <span>{say.change(entry.field, entry.before ?? "—", entry.after ?? "—")}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

export function Files({ invoice }: Props) {
  const say = useWords(words);
  return (
    <>
      <File file={invoice.pdf} name="PDF" hint={invoice.pdf?.generated ? say.printed : undefined} />
      <File file={invoice.xml} name="XML" />
      {invoice.verificationUrl && (
        <a class="button button--quiet" href={invoice.verificationUrl} target="_blank" rel="noopener noreferrer">
          <Icon name="shield" size={18} />
          <span>{say.verify}</span>
        </a>
      )}
    </>
  );
}

interface FileProps {
  readonly file: DownloadFieldsFragment | null | undefined;
  readonly name: string;
  readonly hint?: string | undefined;
  readonly small?: boolean;
}

export function File({ file, name, hint, small }: FileProps) {
  if (!file) return small ? <>{name}</> : null;
  return (
    <a class={small ? "file" : "button button--plain"} href={file.url} download={file.fileName} title={hint}>
      <Icon name="down" size={18} />
      <span>{name}</span>
    </a>
  );
}

/** One return: the figures that it declares, its payment, and every row of it. */
import { useQuery } from "@urql/preact";
import { ReturnWhole } from "../../api/operations";
import type { DeclaredFieldsFragment, ReturnDetailFragment } from "../../api/operations";
import { words as documentWords } from "../../documents/words";
import { localDate, money } from "../../format";
import type { ViewProps } from "../../router";
import { Badge, Button, Card, Empty, Heading, LinkButton, Notice, Waiting } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { File } from "../factura/more";
import { PAYMENT_TONE, words } from "./words";

interface Props {
  readonly filed: ReturnDetailFragment;
}

export default function Declaracion({ parameters }: ViewProps) {
  const say = useWords(words);
  const sayDocuments = useWords(documentWords);
  const [result, again] = useQuery({ query: ReturnWhole, variables: { id: parameters["id"] ?? "" } });
  const node = result.data?.node;
  if (node?.__typename === "AnnualReturn" || node?.__typename === "MonthlyReturn") return <Whole filed={node} />;
  // An id that is none is refused by the API: for a reader it is the same as a return that is not there.
  const unknown = result.data || result.error?.graphQLErrors.length;
  if (!unknown && !result.error) return <Waiting />;
  return (
    <div class="stack">
      <Heading title={say.title} />
      {unknown ? (
        <Card>
          <Empty icon="chart" title={say.gone}>
            <LinkButton href="/perfil">{say.back}</LinkButton>
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

function Whole({ filed }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <div class="stack">
      <Heading title={[say.title, filed.periodText, filed.year].filter(Boolean).join(" · ")}>
        <LinkButton href="/perfil" kind="quiet">
          {say.back}
        </LinkButton>
        <File file={filed.pdf} name={say.pdf} />
      </Heading>
      <p class="soft">
        {[filed.typeText, filed.complementaryTypeText, localDate(filed.presentedAt, language), filed.operationNumber]
          .filter(Boolean)
          .join(" · ")}
      </p>
      <Figures filed={filed} />
      <Paid filed={filed} />
      <Sections filed={filed} />
    </div>
  );
}

function Figures({ filed }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  const figures = Object.entries(filed.declared).filter((one): one is [keyof typeof say.figures, DeclaredFieldsFragment] => one[0] in say.figures && one[1] !== null);
  if (figures.length === 0) return <Notice tone="plain" title={say.nothing} />;
  return (
    <Card title={say.declared}>
      <div class="table table--cards">
        <table aria-label={say.declared}>
          <thead>
            <tr>
              <th scope="col">{say.figure}</th>
              <th scope="col">{say.label}</th>
              <th scope="col" class="num">
                {say.amount}
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map(([name, { amount, label, readFrom }]) => (
              <tr key={name}>
                <th scope="row">{say.figures[name]}</th>
                <td data-label={say.label} class="small soft">
                  {label} ({readFrom})
                </td>
                <td data-label={say.amount} class="num">
                  {money(amount, language)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Paid({ filed: { payment } }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  const facts: [string, string | null | undefined][] = [
    [say.amountDue, payment.amountDue && money(payment.amountDue, language)],
    [say.dueDate, payment.dueDate && localDate(payment.dueDate, language)],
    [say.captureLine, payment.captureLine],
    [say.paid, payment.amount && money(payment.amount, language)],
    [say.paidOn, payment.date && localDate(payment.date, language)],
    [say.bank, payment.bank],
    [say.bankNumber, payment.operationNumber],
  ];
  return (
    <Card title={say.payment} aside={<Badge tone={PAYMENT_TONE[payment.state]}>{say.states[payment.state]}</Badge>}>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </Card>
  );
}

function Sections({ filed }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <Card title={say.sections}>
      {filed.sections.map((section, n) => (
        <details key={n}>
          <summary>
            {section.name ?? say.top} <span class="small soft">{section.readFrom}</span>
          </summary>
          <dl class="facts">
            {section.rows.map((row, at) => (
              <div key={at}>
                <dt>{row.name ?? "—"}</dt>
                <dd class={row.amount ? "num" : ""}>{row.amount ? money(row.amount, language) : row.text}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </Card>
  );
}

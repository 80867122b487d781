/** The very documents that a figure of the profile is made of, as the insight itself tells them. */
import { AgeDocuments, BalanceDocuments, CashDocuments, TradeDocuments } from "../../api/operations";
import type { Age as AgeKey, AgeDocumentsQuery } from "../../api/operations";
import { InvoiceList } from "../../documents/list";
import { usePages } from "../../documents/pages";
import type { Pages } from "../../documents/pages";
import { localDate } from "../../format";
import { RequireTaxpayer } from "../../require-taxpayer";
import { useLocation } from "../../router";
import { Card, Heading, LinkButton } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { words as profileWords } from "../perfil/words";
import { FIGURES } from "./drill-down";
import type { Figure } from "./drill-down";
import { words } from "./words";

export default function Documentos() {
  const say = useWords(words);
  return <RequireTaxpayer title={say.title} icon="invoice" show={(taxpayer) => <FigureDocuments taxpayerId={taxpayer.id} />} />;
}

interface Asked {
  readonly taxpayerId: string;
  readonly figure: Figure;
  readonly from: string;
  readonly to: string;
  readonly wanted: string;
}

function FigureDocuments({ taxpayerId }: { readonly taxpayerId: string }) {
  const { query } = useLocation();
  const figure = FIGURES.find((one) => one === query.get("de")) ?? "sales";
  const year = String(new Date().getFullYear());
  const asked: Asked = {
    taxpayerId,
    figure,
    from: query.get("desde") ?? `${year}-01-01`,
    to: query.get("hasta") ?? `${year}-12-31`,
    wanted: query.get("clave") ?? "",
  };
  switch (figure) {
    case "cash":
      return <Cash {...asked} />;
    case "receivables":
    case "payables":
      return asked.wanted ? <Age {...asked} /> : <Balance {...asked} />;
    default:
      return <Trade {...asked} />;
  }
}

function Trade(asked: Asked) {
  const { taxpayerId, figure, from, to, wanted } = asked;
  const pages = usePages({
    query: TradeDocuments,
    variables: {
      taxpayerId,
      from,
      to,
      sold: figure === "sales" || figure === "customer",
      ...(wanted ? { filter: { counterpartyKey: [wanted] } } : {}),
    },
    page: (data) => (data.taxpayer?.insights.sales ?? data.taxpayer?.insights.expenditures)?.total.invoices,
  });
  return <Listed {...asked} pages={pages} />;
}

function Cash(asked: Asked) {
  const { taxpayerId, from, to } = asked;
  const pages = usePages({
    query: CashDocuments,
    variables: { taxpayerId, from, to },
    page: (data) => data.taxpayer?.insights.cashFlow?.total.invoices,
  });
  return <Listed {...asked} pages={pages} />;
}

function Balance(asked: Asked) {
  const pages = usePages({
    query: BalanceDocuments,
    variables: { taxpayerId: asked.taxpayerId, owed: asked.figure === "receivables" },
    page: (data) => (data.taxpayer?.insights.receivables ?? data.taxpayer?.insights.payables)?.total.invoices,
  });
  return <Listed {...asked} pages={pages} undated />;
}

function Age(asked: Asked) {
  const ofAge = (data: AgeDocumentsQuery) => {
    const held = data.taxpayer?.insights.receivables ?? data.taxpayer?.insights.payables;
    return held?.ageing.find((one) => one.age === asked.wanted)?.invoices;
  };
  const pages = usePages({
    query: AgeDocuments,
    variables: { taxpayerId: asked.taxpayerId, owed: asked.figure === "receivables" },
    page: ofAge,
  });
  // All ages come in one answer, each with a place of its own: the list of invoices has what is beyond these.
  return <Listed {...asked} pages={{ ...pages, more: undefined }} undated />;
}

const AGES = { NOT_DUE: 1, DAYS_1_TO_30: 1, DAYS_31_TO_60: 1, DAYS_61_TO_90: 1, OVER_90_DAYS: 1 } satisfies Record<AgeKey, 1>;

/** An address may hold anything. */
function isAge(wanted: string): wanted is AgeKey {
  return Object.hasOwn(AGES, wanted);
}

function Listed({ figure, from, to, wanted, pages, undated }: Asked & { readonly pages: Pages; readonly undated?: boolean }) {
  const say = useWords(words);
  const sayProfile = useWords(profileWords);
  const { language } = useLanguage();
  const counterparty = wanted && pages.rows?.[0] && (figure === "customer" || figure === "supplier");
  const first = pages.rows?.[0];
  const name = first && (first.direction === "ISSUED" ? first.receiver.name : first.issuer.name);
  return (
    <div class="stack">
      <Heading title={[say.figures[figure], counterparty ? name : isAge(wanted) && sayProfile.ages[wanted]].filter(Boolean).join(" · ")}>
        <LinkButton href="/perfil" kind="quiet">
          {say.back}
        </LinkButton>
      </Heading>
      {!undated && (
        <p class="soft">
          {localDate(from, language)} – {localDate(to, language)}
        </p>
      )}
      <Card>
        <InvoiceList pages={pages} label={say.figures[figure] ?? say.title} />
      </Card>
    </div>
  );
}

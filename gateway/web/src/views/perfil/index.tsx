/** The profile: what SAT says of the taxpayer, and what the documents come to. Every figure leads to its documents. */
import { useMemo } from "preact/hooks";
import { Arriving } from "../../documents/arriving";
import { RequireTaxpayer } from "../../require-taxpayer";
import { keeping, useLocation } from "../../router";
import { useSyncStatus } from "../../runs/sync-status";
import type { Taxpayer } from "../../taxpayers";
import { Card, Empty, Heading, LinkButton } from "../../ui";
import { useWords } from "../../words";
import { Balances } from "./balances";
import { Completeness } from "./completeness";
import { Declared } from "./declared";
import { Head } from "./head";
import { Counterparties } from "./counterparties";
import { rangeOf } from "./range";
import { Cash, Trade } from "./trade";
import { words } from "./words";
import "./perfil.css";

export default function Perfil() {
  const say = useWords(words);
  return (
    <RequireTaxpayer
      title={say.title}
      icon="chart"
      show={(taxpayer) => (
        <Arriving taxpayerId={taxpayer.id}>
          <Known taxpayer={taxpayer} />
        </Arriving>
      )}
    />
  );
}

/** What nobody has asked SAT for yet is unknown: it is not shown as zeros and missing returns. */
function Known({ taxpayer }: { readonly taxpayer: Taxpayer }) {
  const say = useWords(words);
  const sync = useSyncStatus(taxpayer.id, taxpayer.syncStatus) ?? taxpayer.syncStatus;
  if (sync.kinds.some(({ known, held }) => known || held > 0)) return <Profile taxpayer={taxpayer} />;
  return (
    <div class="stack">
      <Heading title={taxpayer.name} />
      <Card>
        <Empty icon="key" title={say.nothing}>
          <p>{say.nothingText}</p>
          <LinkButton kind="main" icon="key" href={keeping("/credenciales", taxpayer.id)}>
            {say.connect}
          </LinkButton>
        </Empty>
      </Card>
    </div>
  );
}

/** SAT's declarations reach back to 2018; a CFDI further, and the list of invoices has those. */
const YEARS = 6;

function Profile({ taxpayer }: { readonly taxpayer: Taxpayer }) {
  const say = useWords(words);
  const { path, query, go } = useLocation();
  const today = useMemo(() => new Date(), []);
  const period = query.get("p");
  const range = useMemo(() => rangeOf(period, today), [period, today]);
  const choose = (chosen: string) => {
    const next = new URLSearchParams(query);
    if (chosen) next.set("p", chosen);
    else next.delete("p");
    go(`${path}?${next.toString()}`, { replace: true });
  };
  const years = Array.from({ length: YEARS }, (_, n) => String(today.getFullYear() - n));
  const shared = { taxpayerId: taxpayer.id, range };
  return (
    <div class="stack">
      <Heading title={taxpayer.name}>
        <label class="profile__range">
          <span class="unseen">{say.range}</span>
          <select class="input" value={period ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
            <option value="">{say.lastYear}</option>
            {years.map((year) => (
              <option key={year} value={year}>
                {say.year(year)}
              </option>
            ))}
          </select>
        </label>
      </Heading>
      <Head taxpayerId={taxpayer.id} />
      <Trade {...shared} />
      <div class="columns">
        <Cash {...shared} />
        <Balances taxpayerId={taxpayer.id} which="receivables" />
      </div>
      <Counterparties {...shared} />
      <Declared {...shared} />
      <div class="columns">
        <Balances taxpayerId={taxpayer.id} which="payables" />
        <Completeness {...shared} />
      </div>
    </div>
  );
}

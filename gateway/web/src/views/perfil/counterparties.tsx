/** With whom most business is done. */
import { ProfileCounterparties } from "../../api/operations";
import type { ConcentrationFieldsFragment } from "../../api/operations";
import { Shares } from "../../charts/shares";
import { useLive } from "../../documents/arriving";
import { count, money, share } from "../../format";
import { Notice } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { drillDownUrl } from "../documentos/drill-down";
import { Covered, Part } from "./part";
import type { Range } from "./range";
import { words } from "./words";

interface Props {
  readonly taxpayerId: string;
  readonly range: Range;
}

export function Counterparties({ taxpayerId, range }: Props) {
  const say = useWords(words);
  const [result, again] = useLive(ProfileCounterparties, { taxpayerId, ...range });
  const insights = result.data?.taxpayer?.insights;
  const part = { result, again, lines: 8 };
  const { language } = useLanguage();
  // Who was cleared is on the list too.
  const suspected = insights?.blacklist?.situations?.filter((one) => ["PRESUMED", "DEFINITIVE"].includes(one.situation)) ?? [];
  const listed = suspected.reduce((sum, one) => sum + one.counterpartyCount, 0);
  return (
    <>
    {listed > 0 && <Notice tone="bad" title={say.listed(count(listed, language), listed === 1)} />}
    <div class="columns">
      <Part title={say.customers} {...part} value={insights?.customers}>
        {(held) => <Most held={held} of="customer" label={say.customers} range={range} hue={1} />}
      </Part>
      <Part title={say.suppliers} {...part} value={insights?.suppliers}>
        {(held) => <Most held={held} of="supplier" label={say.suppliers} range={range} hue={2} />}
      </Part>
    </div>
    </>
  );
}

interface MostProps {
  readonly held: ConcentrationFieldsFragment;
  readonly of: "customer" | "supplier";
  readonly label: string;
  readonly range: Range;
  readonly hue: number;
}

function Most({ held, of, label, range, hue }: MostProps) {
  const say = useWords(words);
  const { language } = useLanguage();
  if (held.counterpartyCount === 0) return <p class="soft">{say.nobody}</p>;
  const largest = held.counterparties.map((one) => ({
    key: one.identity.key ?? "",
    name: one.identity.name ?? one.identity.rfc ?? "—",
    more: one.share ? share(one.share, language) : undefined,
    amount: one.net,
    value: money(one.net, language),
    hue,
    href: drillDownUrl(of, { ...range, key: one.identity.key ?? "" }),
  }));
  const others = {
    key: "others",
    name: say.others(count(held.others.counterpartyCount, language)),
    more: held.others.share ? share(held.others.share, language) : undefined,
    amount: held.others.net,
    value: money(held.others.net, language),
    hue: 8,
  };
  return (
    <>
      <Shares label={label} shares={held.others.counterpartyCount ? [...largest, others] : largest} />
      <Covered {...held.coverage} />
    </>
  );
}

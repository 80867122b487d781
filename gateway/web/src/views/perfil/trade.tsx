/** Sales and expenditures, and the flow of cash, by month. */
import { ProfileCash, ProfileTrade } from "../../api/operations";
import { Bars } from "../../charts/bars";
import { useLive } from "../../documents/arriving";
import { money } from "../../format";
import { Link } from "../../router";
import { useLanguage, useWords } from "../../words";
import { drillDownUrl } from "../documentos/drill-down";
import { Covered, Part } from "./part";
import { monthName } from "./range";
import type { Range } from "./range";
import { words } from "./words";

interface Props {
  readonly taxpayerId: string;
  readonly range: Range;
}

export function Trade({ taxpayerId, range }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  const [result, again] = useLive(ProfileTrade, { taxpayerId, ...range });
  const insights = result.data?.taxpayer?.insights;
  const value = insights?.sales && insights.expenditures ? { sales: insights.sales, expenditures: insights.expenditures } : null;
  const sides = [
    { name: say.sales, of: "sales", hue: 1 },
    { name: say.expenditures, of: "expenditures", hue: 2 },
  ] as const;
  return (
    <Part title={say.trade} hint={say.tradeHint} result={result} value={value} again={again} lines={10}>
      {(held) => (
        <>
          <dl class="totals">
            {sides.map(({ name, of }) => (
              <div key={of}>
                <dt>{name}</dt>
                <dd>
                  <Link href={drillDownUrl(of, range)}>{money(held[of].total.result.net, language, "MXN")}</Link>
                  <span class="block">
                    <Covered {...held[of].total.coverage} />
                  </span>
                </dd>
              </div>
            ))}
          </dl>
          <Bars
            title={say.trade}
            series={sides}
            written={(text) => money(text, language)}
            groups={held.sales.periods.map((period, n) => ({
              key: period.period.key,
              label: monthName(period.period.key, language),
              values: [period.result.net, held.expenditures.periods[n]?.result.net ?? "0"],
              hrefs: sides.map(({ of }) => drillDownUrl(of, period.period)),
            }))}
          />
        </>
      )}
    </Part>
  );
}

export function Cash({ taxpayerId, range }: Props) {
  const say = useWords(words);
  const { language } = useLanguage();
  const [result, again] = useLive(ProfileCash, { taxpayerId, ...range });
  const value = result.data?.taxpayer?.insights.cashFlow;
  return (
    <Part title={say.cash} hint={say.cashHint} result={result} value={value} again={again} lines={10}>
      {(held) => (
        <>
          <dl class="totals">
            {[
              [say.moneyIn, held.total.moneyIn.total],
              [say.moneyOut, held.total.moneyOut.total],
              [say.net, held.total.net],
            ].map(([name = "", amount]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{money(amount, language)}</dd>
              </div>
            ))}
          </dl>
          <Bars
            title={say.cash}
            series={[
              { name: say.moneyIn, hue: 3 },
              { name: say.moneyOut, hue: 7 },
            ]}
            written={(text) => money(text, language)}
            groups={held.periods.map((period) => ({
              key: period.period.key,
              label: monthName(period.period.key, language),
              values: [period.moneyIn.total, period.moneyOut.total],
              hrefs: [drillDownUrl("cash", period.period), drillDownUrl("cash", period.period)],
            }))}
          />
          <Covered {...held.total.coverage} />
        </>
      )}
    </Part>
  );
}

/** What is known and held by month, and which returns were filed: what is missing is said, not hidden. */
import { ProfileCompleteness } from "../../api/operations";
import { Bars } from "../../charts/bars";
import { useLive } from "../../documents/arriving";
import { ago, count } from "../../format";
import { useLanguage, useWords } from "../../words";
import { Part } from "./part";
import { monthName } from "./range";
import type { Range } from "./range";
import { words } from "./words";

export function Completeness({ taxpayerId, range }: { readonly taxpayerId: string; readonly range: Range }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const [result, again] = useLive(ProfileCompleteness, { taxpayerId, ...range });
  const value = result.data?.taxpayer?.completeness;
  return (
    <Part title={say.completeness} result={result} value={value} again={again} lines={9}>
      {({ invoices, monthlyReturns }) => (
        <>
          <p class="small soft">
            {[
              !invoices.known && invoices.total.seen === 0 && say.unknown,
              invoices.lastDownloadAt && say.checked(ago(invoices.lastDownloadAt, language)),
              invoices.unreadable > 0 && say.unreadable(count(invoices.unreadable, language)),
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
          <Bars
            title={say.completeness}
            series={[
              { name: say.withXml, hue: 5 },
              { name: say.missing, hue: 7 },
            ]}
            written={(text) => count(Number(text), language)}
            groups={invoices.months.map((month) => ({
              key: month.month,
              label: monthName(month.month, language),
              values: [String(month.withXml), String(month.missingXml)],
            }))}
          />
          <h3>{say.filings}</h3>
          <ul class="filings">
            {monthlyReturns.periods.map(({ period, state }) => (
              <li key={period} class={`filings__one filings__one--${state.toLowerCase()}`}>
                <span>{monthName(period, language)}</span>
                <span class="small">{say.filingStates[state] ?? state}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Part>
  );
}

/** What the CFDI come to beside what was declared: one tax at a time, month by month. */
import { useState } from "preact/hooks";
import { ProfileDeclared } from "../../api/operations";
import type { DeclaredTax, ProfileDeclaredQuery } from "../../api/operations";
import { Bars } from "../../charts/bars";
import { useLive } from "../../documents/arriving";
import { money } from "../../format";
import { Badge } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { File } from "../factura/more";
import { Part } from "./part";
import { monthName } from "./range";
import type { Range } from "./range";
import { words } from "./words";

type Compared = NonNullable<NonNullable<ProfileDeclaredQuery["taxpayer"]>["insights"]["invoicedVersusDeclared"]>;
type Month = Compared["months"][number];

export function Declared({ taxpayerId, range }: { readonly taxpayerId: string; readonly range: Range }) {
  const say = useWords(words);
  const [chosen, choose] = useState<DeclaredTax>("IVA");
  const [result, again] = useLive(ProfileDeclared, { taxpayerId, ...range });
  const value = result.data?.taxpayer?.insights.invoicedVersusDeclared;
  return (
    <Part title={say.declared} hint={say.declaredHint} result={result} value={value} again={again} lines={10}>
      {(held) => (
        <>
          <div class="choices" role="group" aria-label={say.tax}>
            {taxesIn(held).map((tax) => (
              <button key={tax} type="button" class="choice" aria-pressed={tax === chosen} onClick={() => choose(tax)}>
                {say.taxes[tax] ?? tax}
              </button>
            ))}
          </div>
          <OfTax months={held.months} tax={chosen} />
        </>
      )}
    </Part>
  );
}

/** Taxes of which some month tells anything, in the API's order. */
function taxesIn(held: Compared): DeclaredTax[] {
  const told = held.months.flatMap((month) => month.comparisons.filter((one) => one.declared !== null || one.invoiced !== null));
  return [...new Set(told.map((one) => one.tax))];
}

function OfTax({ months, tax }: { readonly months: readonly Month[]; readonly tax: DeclaredTax }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const rows = months.map((month) => ({ month, compared: month.comparisons.find((one) => one.tax === tax) }));
  return (
    <>
      <Bars
        title={`${say.declared}: ${say.taxes[tax] ?? tax}`}
        series={[
          { name: say.invoiced, hue: 1 },
          { name: say.declaredAmount, hue: 6 },
        ]}
        written={(text) => money(text, language)}
        groups={rows.map(({ month, compared }) => ({
          key: month.month,
          label: monthName(month.month, language),
          values: [compared?.invoiced ?? "0", compared?.declared ?? "0"],
        }))}
        table={false}
      />
      <div class="table table--cards">
        <table aria-label={say.declared}>
          <thead>
            <tr>
              <th scope="col">{say.month}</th>
              <th scope="col" class="num">
                {say.invoiced}
              </th>
              <th scope="col" class="num">
                {say.declaredAmount}
              </th>
              <th scope="col" class="num">
                {say.difference}
              </th>
              <th scope="col">{say.return}</th>
            </tr>
          </thead>
          <tbody>
            {rows.toReversed().map(({ month, compared }) => (
              <tr key={month.month}>
                <th scope="row">{monthName(month.month, language)}</th>
                <td class="num" data-label={say.invoiced}>
                  {money(compared?.invoiced, language)}
                </td>
                <td class="num" data-label={say.declaredAmount}>
                  {money(compared?.declared, language)}
                </td>
                <td class="num" data-label={say.difference}>
                  <Difference amount={compared?.difference} />
                </td>
                <td data-label={say.return}>
                  <Filed month={month} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Difference({ amount }: { readonly amount: string | null | undefined }) {
  const { language } = useLanguage();
  const shown = money(amount, language);
  return amount && /[1-9]/.test(amount) ? <Badge tone="wait">{shown}</Badge> : <>{shown}</>;
}

/** The return that counts, which is the last one. */
function Filed({ month }: { readonly month: Month }) {
  const say = useWords(words);
  const counting = month.returns.at(-1);
  if (!counting) return <span class="soft">{say.noReturn}</span>;
  return <File file={counting.pdf} name={counting.typeText ?? say.return} small />;
}

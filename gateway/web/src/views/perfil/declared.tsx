/** What the CFDI come to beside what was declared: one tax at a time, month by month. */
import { useState } from "preact/hooks";
import { ProfileDeclared } from "../../api/operations";
import type { DeclaredTax, ProfileDeclaredQuery } from "../../api/operations";
import { Bars } from "../../charts/bars";
import { useLive } from "../../documents/arriving";
import { money } from "../../format";
import { Link } from "../../router";
import { Badge } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { Part } from "./part";
import { monthName } from "./range";
import type { Range } from "./range";
import { words } from "./words";

type Compared = NonNullable<NonNullable<ProfileDeclaredQuery["taxpayer"]>["insights"]["invoicedVersusDeclared"]>;
type Month = Compared["months"][number];
type Chosen = DeclaredTax | "INCOME";

export function Declared({ taxpayerId, range }: { readonly taxpayerId: string; readonly range: Range }) {
  const say = useWords(words);
  const [chosen, choose] = useState<Chosen>("INCOME");
  const [result, again] = useLive(ProfileDeclared, { taxpayerId, ...range });
  const value = result.data?.taxpayer?.insights.invoicedVersusDeclared;
  return (
    <Part title={say.declared} hint={say.declaredHint} result={result} value={value} again={again} lines={10}>
      {(held) => (
        <>
          <div class="choices" role="group" aria-label={say.tax}>
            {(["INCOME", ...taxesIn(held)] as const).map((tax) => (
              <button key={tax} type="button" class="choice" aria-pressed={tax === chosen} onClick={() => choose(tax)}>
                {tax === "INCOME" ? say.income : (say.taxes[tax] ?? tax)}
              </button>
            ))}
          </div>
          <Months months={held.months} title={chosen === "INCOME" ? say.income : (say.taxes[chosen] ?? chosen)} row={(month) => rowOf(month, chosen)} />
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

interface Row {
  readonly invoiced: string | null;
  readonly declared: string | null;
  readonly difference: string | null;
  /** What explains the difference. */
  readonly cause?: keyof (typeof words)["es"]["causes"] | undefined;
}

/** Income stands by the basis on which this taxpayer declares it. */
function rowOf(month: Month, chosen: Chosen): Row | undefined {
  if (chosen !== "INCOME") return month.comparisons.find((one) => one.tax === chosen);
  const { basis, invoiced, collected, declared, difference, causes } = month.income;
  const shown = causes.find((one) => one.explains) ?? causes.find((one) => one.cause === "UNEXPLAINED");
  return { invoiced: basis === "ACCRUED" ? invoiced : collected, declared, difference, cause: shown?.cause };
}

interface MonthsProps {
  readonly months: readonly Month[];
  readonly title: string;
  readonly row: (month: Month) => Row | undefined;
}

function Months({ months, title, row }: MonthsProps) {
  const say = useWords(words);
  const { language } = useLanguage();
  const rows = months.map((month) => ({ month, compared: row(month) }));
  return (
    <>
      <Bars
        title={`${say.declared}: ${title}`}
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
                  {compared?.cause && <span class="small soft block">{say.causes[compared.cause]}</span>}
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
  return <Link href={`/declaraciones/${encodeURIComponent(counting.id)}`}>{counting.typeText ?? say.return}</Link>;
}

/** What is owed, by the age of the invoice, and who owes most. */
import { ProfileBalances } from "../../api/operations";
import { Shares } from "../../charts/shares";
import { useLive } from "../../documents/arriving";
import { count, money } from "../../format";
import { Link } from "../../router";
import { useLanguage, useWords } from "../../words";
import { drillDownUrl } from "../documentos/drill-down";
import { Covered, Part } from "./part";
import { words } from "./words";

const HUES: Record<string, number> = { NOT_DUE: 1, DAYS_1_TO_30: 5, DAYS_31_TO_60: 2, DAYS_61_TO_90: 4, OVER_90_DAYS: 7 };

export function Balances({ taxpayerId, which }: { readonly taxpayerId: string; readonly which: "receivables" | "payables" }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const [result, again] = useLive(ProfileBalances, { taxpayerId });
  const value = result.data?.taxpayer?.insights[which];
  return (
    <Part title={say[which]} result={result} value={value} again={again} lines={9}>
      {(held) =>
        held.total.documents === 0 ? (
          <p class="soft">{say.nothingOwed}</p>
        ) : (
          <>
            <p class="figure">
              <Link href={drillDownUrl(which, { key: "" })}>{money(held.total.outstanding, language, "MXN")}</Link>{" "}
              <Covered {...held.total.coverage} />
            </p>
            <Shares
              label={say[which]}
              shares={held.ageing
                .filter((age) => age.documents > 0)
                .map((age) => ({
                  key: age.age,
                  name: say.ages[age.age] ?? age.age,
                  more: say.documents(count(age.documents, language), age.documents === 1),
                  amount: age.outstanding,
                  value: money(age.outstanding, language),
                  hue: HUES[age.age] ?? 8,
                  href: drillDownUrl(which, { key: age.age }),
                }))}
            />
            <h3>{say.largest}</h3>
            <ul class="plain-list">
              {held.counterparties.map((one) => (
                <li key={one.identity.key} class="pair">
                  <Link href={`/facturas?saldo=1&d=${which === "receivables" ? "ISSUED" : "RECEIVED"}&q=${encodeURIComponent(one.identity.rfc ?? one.identity.name ?? "")}`}>
                    {one.identity.name ?? one.identity.rfc}
                  </Link>
                  <span class="num">{money(one.outstanding, language)}</span>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Part>
  );
}

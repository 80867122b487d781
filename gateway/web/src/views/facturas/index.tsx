/** The invoices under a filter that is in the address, with what they come to. */
import { useQuery } from "@urql/preact";
import { useMemo } from "preact/hooks";
import { Invoices, InvoiceSums } from "../../api/operations";
import type { InvoiceFilter } from "../../api/operations";
import { InvoiceList } from "../../documents/list";
import { usePages } from "../../documents/pages";
import { count, money } from "../../format";
import { useLocation } from "../../router";
import { RequireTaxpayer } from "../../require-taxpayer";
import { Card, Heading } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { asked, filterOf, orderOf } from "./asked";
import { Filters } from "./filters";
import { words } from "./words";
import "./facturas.css";

export default function Facturas() {
  const say = useWords(words);
  return <RequireTaxpayer title={say.title} icon="invoice" show={(taxpayer) => <Listed taxpayerId={taxpayer.id} />} />;
}

function Listed({ taxpayerId }: { readonly taxpayerId: string }) {
  const say = useWords(words);
  const { query } = useLocation();
  const wanted = useMemo(() => asked(query), [query]);
  const filter = useMemo(() => filterOf(wanted), [wanted]);
  const pages = usePages({
    query: Invoices,
    variables: { taxpayerId, filter, orderBy: orderOf(wanted) },
    page: (data) => data.taxpayer?.invoices,
  });
  return (
    <div class="stack">
      <Heading title={say.title} />
      <Filters wanted={wanted} />
      <Card>
        {/* Sales and costs, invoices and payroll do not add up: a sum is of one kind. */}
        <Sums taxpayerId={taxpayerId} filter={filter} alike={Boolean(wanted.direction && wanted.type)} />
        <InvoiceList pages={pages} label={say.title} />
      </Card>
    </div>
  );
}

interface SumsProps {
  readonly taxpayerId: string;
  readonly filter: InvoiceFilter;
  readonly alike: boolean;
}

function Sums({ taxpayerId, filter, alike }: SumsProps) {
  const say = useWords(words);
  const { language } = useLanguage();
  const [result] = useQuery({ query: InvoiceSums, variables: { taxpayerId, filter } });
  const found = result.data?.taxpayer?.invoices;
  return (
    <div class="sums" role="status" aria-busy={result.fetching}>
      <strong>{found ? say.found(count(found.totalCount, language), found.totalCount === 1) : "…"}</strong>
      {found?.totals
        .filter((sum) => alike && /[1-9]/.test(sum.total))
        .map((sum) => (
          <span key={sum.currency?.code ?? ""} class="soft">
            {money(sum.total, language, sum.currency?.code)}
          </span>
        ))}
    </div>
  );
}

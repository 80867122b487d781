/** A list that loads itself: waiting, failed, empty, or the table. */
import { Button, Notice, Skeleton } from "../ui";
import { useWords } from "../words";
import type { Pages } from "./pages";
import { InvoiceTable } from "./table";
import { words } from "./words";

export function InvoiceList({ pages, label }: { readonly pages: Pages; readonly label: string }) {
  const say = useWords(words);
  if (!pages.rows && pages.failed) {
    return (
      <Notice tone="bad" title={say.unread} urgent>
        <Button onClick={pages.again}>{say.again}</Button>
      </Notice>
    );
  }
  if (!pages.rows) {
    return (
      <div aria-busy="true">
        <Skeleton lines={8} />
      </div>
    );
  }
  return <InvoiceTable rows={pages.rows} label={label} more={pages.more} busy={pages.fetching} />;
}

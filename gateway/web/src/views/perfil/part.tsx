/** A part of the profile with a query of its own: one that fails or is slow leaves the others as they are. */
import type { UseQueryState } from "@urql/preact";
import type { ComponentChildren } from "preact";
import type { CoverageFieldsFragment } from "../../api/operations";
import { count } from "../../format";
import { Button, Card, Notice, Skeleton } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { words } from "./words";

interface Props<T> {
  readonly title: string;
  readonly hint?: string;
  readonly result: { readonly error?: UseQueryState["error"]; readonly fetching: boolean };
  readonly value: T | null | undefined;
  readonly again: () => void;
  readonly aside?: ((value: T) => ComponentChildren) | undefined;
  readonly lines?: number;
  readonly children: (value: T) => ComponentChildren;
}

export function Part<T>({ title, hint, result, value, again, aside, lines = 6, children }: Props<T>) {
  const say = useWords(words);
  return (
    <Card title={title} aside={value ? aside?.(value) : undefined}>
      {hint && <p class="small soft">{hint}</p>}
      {value ? (
        children(value)
      ) : result.error ? (
        <Notice tone="bad" title={say.unread}>
          <Button onClick={again}>{say.again}</Button>
        </Notice>
      ) : (
        <div aria-busy="true">
          <Skeleton lines={lines} />
        </div>
      )}
    </Card>
  );
}

/** How many of the documents a figure could use, and why not the others. */
export function Covered({ used, total, missing }: CoverageFieldsFragment) {
  const say = useWords(words);
  const { language } = useLanguage();
  const reasons = missing.map((one) => `${count(one.documents, language)} ${say.gaps[one.reason]}`);
  return (
    <span class="small soft num">
      {[say.coverage(count(used, language), count(total, language)), ...reasons].join(" · ")}
    </span>
  );
}

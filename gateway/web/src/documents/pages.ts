/** Pages of a list, one after the other: what came so far, and what brings the next. */
import type { TypedDocumentNode } from "@urql/core";
import { useQuery } from "@urql/preact";
import { useEffect, useState } from "preact/hooks";
import type { InvoicePageFragment, InvoiceRowFragment } from "../api/operations";

export interface Pages {
  readonly rows: readonly InvoiceRowFragment[] | null;
  readonly more: (() => void) | undefined;
  readonly fetching: boolean;
  readonly failed: boolean;
  readonly again: () => void;
}

interface Asked<D, V> {
  readonly query: TypedDocumentNode<D, V>;
  readonly variables: V;
  /** Where the page is in the answer. */
  readonly page: (data: D) => InvoicePageFragment | null | undefined;
}

/** `variables` has no `after`: it is added here. Other variables begin a list of their own. */
export function usePages<D, V extends Record<string, unknown>>({ query, variables, page }: Asked<D, V>): Pages {
  const list = JSON.stringify(variables);
  const [state, setState] = useState<{ list: string; after: string | null; before: readonly InvoiceRowFragment[] }>({
    list,
    after: null,
    before: [],
  });
  const here = state.list === list ? state : { list, after: null, before: [] };
  useEffect(() => {
    if (state.list !== list) setState({ list, after: null, before: [] });
  }, [list]);
  const [result, again] = useQuery({ query, variables: { ...variables, after: here.after } as unknown as V });
  const came = result.data && !result.stale ? page(result.data) : null;
  const shown = came && result.operation?.variables && sameList(result.operation.variables, list, here.after) ? came : null;
  const rows = shown ? [...here.before, ...shown.nodes] : here.before.length ? here.before : null;
  const next = shown?.pageInfo.hasNextPage ? shown.pageInfo.endCursor : null;
  return {
    rows,
    more: next ? () => setState({ list, after: next, before: rows ?? [] }) : undefined,
    fetching: result.fetching,
    failed: Boolean(result.error),
    again: () => again({ requestPolicy: "network-only" }),
  };
}

function sameList(asked: unknown, list: string, after: string | null): boolean {
  const { after: place, ...rest } = asked as Record<string, unknown>;
  return JSON.stringify(rest) === list && (place ?? null) === after;
}

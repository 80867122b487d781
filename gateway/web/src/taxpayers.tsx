/** Whose profile is looked at: the viewer's taxpayers, and the one that is chosen (`?c=` in the address). */
import { useQuery } from "@urql/preact";
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useCallback, useContext, useEffect, useMemo, useRef } from "preact/hooks";
import { connection } from "./api/client";
import { Taxpayers as TaxpayersDocument } from "./api/operations";
import type { TaxpayerHeadFragment } from "./api/operations";
import { storage } from "./storage";
import { useExternalStore } from "./use-external-store";
import { useLocation } from "./router";

export type Taxpayer = TaxpayerHeadFragment;

interface Known {
  readonly state: "loading" | "failed" | "known";
  readonly all: readonly Taxpayer[];
  readonly chosen: Taxpayer | null;
  readonly choose: (id: string) => void;
  /** Asks the gateway again: after a taxpayer came or went. */
  readonly refresh: () => void;
}

const nothing: Known = { state: "loading", all: [], chosen: null, choose: () => undefined, refresh: () => undefined };
const Knowing = createContext<Known>(nothing);

export function Taxpayers({ children }: { readonly children: ComponentChildren }) {
  const [result, again] = useQuery({ query: TaxpayersDocument });
  const { path, query, go } = useLocation();
  const asked = query.get("c");
  const nodes = result.data?.taxpayers?.nodes;
  const chosen = useMemo(() => {
    const wanted = asked ?? storage.taxpayer.read();
    return nodes?.find((one) => one.id === wanted) ?? (asked ? null : nodes?.[0]) ?? null;
  }, [nodes, asked]);
  useEffect(() => {
    if (chosen) storage.taxpayer.write(chosen.id);
  }, [chosen]);
  const choose = useCallback(
    (id: string) => {
      const next = new URLSearchParams(query);
      next.set("c", id);
      next.delete("nuevo"); // the onboarding of the one before
      go(`${path}?${next.toString()}`);
    },
    [path, query, go],
  );
  const refresh = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  const line = useExternalStore(connection, () => connection.line);
  const was = useRef(line);
  useEffect(() => {
    // What came or went while the line was lost.
    if (was.current === "lost" && line === "open") refresh();
    was.current = line;
  }, [line, refresh]);
  const state = nodes ? "known" : result.error ? "failed" : "loading";
  const value = useMemo(
    () => ({ state, all: nodes ?? [], chosen, choose, refresh }) satisfies Known,
    [state, nodes, chosen, choose, refresh],
  );
  return <Knowing.Provider value={value}>{children}</Knowing.Provider>;
}

export function useTaxpayers(): Known {
  return useContext(Knowing);
}

/** Documents that arrive while somebody looks: views ask again a moment later, and not once for each batch. */
import type { TypedDocumentNode } from "@urql/core";
import { useQuery, useSubscription } from "@urql/preact";
import type { UseQueryState } from "@urql/preact";
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useEffect, useRef, useState } from "preact/hooks";
import { connection } from "../api/client";
import { Arriving as ArrivingDocument } from "../api/operations";

const PAUSE = 4_000;
const Arrived = createContext(0);

/** Counts, for what is inside, how often something came. */
export function Arriving({ taxpayerId, children }: { readonly taxpayerId: string; readonly children: ComponentChildren }) {
  const [result] = useSubscription({ query: ArrivingDocument, variables: { taxpayerId } });
  const cursor = result.data?.documentsArrived.cursor;
  const [times, setTimes] = useState(0);
  const waiting = useRef(false);
  useEffect(() => {
    if (!cursor || waiting.current) return;
    waiting.current = true;
    setTimeout(() => {
      waiting.current = false;
      setTimes((before) => before + 1);
    }, PAUSE);
  }, [cursor]);
  useEffect(() => {
    // What arrived while the line was lost is not told again: whoever looks asks once more.
    let before = connection.line;
    return connection.subscribe(() => {
      if (before === "lost" && connection.line === "open") setTimes((times) => times + 1);
      before = connection.line;
    });
  }, []);
  return <Arrived.Provider value={times}>{children}</Arrived.Provider>;
}

/** A query that is asked again when something came. What is shown stays until the new answer is here. */
export function useLive<D, V extends Record<string, unknown>>(
  query: TypedDocumentNode<D, V>,
  variables: V,
): [UseQueryState<D, V>, () => void] {
  const times = useContext(Arrived);
  const [result, ask] = useQuery({ query, variables });
  const again = () => ask({ requestPolicy: "network-only" });
  const seen = useRef(times);
  useEffect(() => {
    if (times !== seen.current) again();
    seen.current = times;
  }, [times]);
  return [result, again];
}

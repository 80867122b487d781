/** Mutations as the views use them: their payload, or a sentence that says why nothing was done. */
import type { OperationResult } from "@urql/core";
import type { RefusedFragment } from "../api/operations";
import { ago, moment } from "../format";
import { useLanguage, useWords } from "../words";
import { words } from "./words";

export type Refusals = readonly RefusedFragment[] | undefined;

/** Why the operation did nothing; null when it did. */
export function useRefusal(): (result: OperationResult<unknown>, errors: Refusals) => string | null {
  const say = useWords(words);
  const { language } = useLanguage();
  return (result, errors) => {
    const [first] = errors ?? [];
    if (!first) return result.error ? say.unreachable : null;
    const why = say.errors[first.code] ?? first.message;
    return first.retryAt ? `${why} ${say.again(moment(first.retryAt, language), ago(first.retryAt, language))}` : why;
  };
}

/** Names one press of a button, so that it does nothing twice however often the network repeats it. */
export function newKey(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
}

/** Mutations as the views use them: their payload, or a sentence that says why nothing was done. */
import type { OperationResult } from "@urql/core";
import { useWords } from "../words";
import { words } from "./words";

interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Why the operation did nothing; null when it did. */
export function useRefusal(): (result: OperationResult<unknown>, errors: readonly Refusal[] | undefined) => string | null {
  const say = useWords(words);
  return (result, errors) => {
    const [first] = errors ?? [];
    if (first) return say.errors[first.code] ?? first.message;
    return result.error ? say.unreachable : null;
  };
}

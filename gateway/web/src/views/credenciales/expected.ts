/** When the next documents of a kind are expected: its last download and its cadence, as SAT's sites are asked. */
import type { Cadence } from "../../api/operations";

export type Expected = { readonly on: string } | "with-next-connection" | "never";

export function expected(cadence: Cadence, lastDownloadAt: string | null): Expected {
  if (!lastDownloadAt) return "with-next-connection";
  if (cadence !== "DAILY" && cadence !== "MONTHLY") return "never";
  const at = new Date(lastDownloadAt);
  if (cadence === "DAILY") at.setUTCDate(at.getUTCDate() + 1);
  else addMonth(at);
  return { on: at.toISOString() };
}

/** A month later; the last day of it where it is shorter. */
function addMonth(at: Date): void {
  const day = at.getUTCDate();
  at.setUTCMonth(at.getUTCMonth() + 1);
  if (at.getUTCDate() !== day) at.setUTCDate(0);
}

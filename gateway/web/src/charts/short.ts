/** A round number for an axis: 1.2 M, 350 k. Never for an amount that a person relies on. */
export function short(number: number): string {
  const size = Math.abs(number);
  const sign = number < 0 ? "−" : "";
  if (size >= 1e6) return `${sign}${trimmed(size / 1e6)} M`;
  if (size >= 1e3) return `${sign}${trimmed(size / 1e3)} k`;
  return `${sign}${trimmed(size)}`;
}

function trimmed(number: number): string {
  return number.toFixed(1).replace(/\.0$/, "");
}

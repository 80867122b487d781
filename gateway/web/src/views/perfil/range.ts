/** The period that the profile shows: the twelve months up to this one, or a year. In the address as `?p=2025`. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

const pad = (number: number) => String(number).padStart(2, "0");

export function rangeOf(period: string | null, today: Date): Range {
  if (period && /^\d{4}$/.test(period)) return { from: `${period}-01-01`, to: `${period}-12-31` };
  const first = new Date(Date.UTC(today.getFullYear(), today.getMonth() - 11, 1));
  return { from: `${first.getUTCFullYear()}-${pad(first.getUTCMonth() + 1)}-01`, to: lastDay(today.getFullYear(), today.getMonth() + 1) };
}

/** `month` from 1. */
export function lastDay(year: number, month: number): string {
  return `${year}-${pad(month)}-${pad(new Date(Date.UTC(year, month, 0)).getUTCDate())}`;
}

/** "2025-03" → "mar 25". */
export function monthName(month: string, language: "es" | "en"): string {
  const [year = "", number = "1"] = month.split("-");
  const day = new Date(Date.UTC(Number(year), Number(number) - 1, 15));
  const name = new Intl.DateTimeFormat(language === "es" ? "es-MX" : "en-US", { month: "short", timeZone: "UTC" }).format(day);
  return `${name.replace(".", "")} ${year.slice(2)}`;
}

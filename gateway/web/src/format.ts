/** Amounts, dates and counts for people. An amount is text with exact digits and never becomes a float on its way here. */
import type { Language } from "./words";

const LOCALE: Record<Language, string> = { es: "es-MX", en: "en-US" };
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** "1234567.8" → "1,234,567.80". All digits that the document has are shown, two decimals at least. */
export function decimal(text: string, language: Language, least = 2): string {
  const match = DECIMAL.exec(text);
  if (!match) return text;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const { group, point } = separators(language);
  const grouped = whole.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, group);
  const digits = fraction.replace(/0+$/, "").padEnd(least, "0");
  const minus = sign === "-" && /[1-9]/.test(whole + fraction) ? "−" : "";
  return `${minus}${grouped}${digits ? point + digits : ""}`;
}

/** An amount with its currency: "$1,234.50 MXN". Nothing where the document has none. */
export function money(text: string | null | undefined, language: Language, currency?: string | null): string {
  if (text === null || text === undefined) return "—";
  const shown = decimal(text, language);
  const signed = shown.startsWith("−") ? `−$${shown.slice(1)}` : `$${shown}`;
  return currency ? `${signed} ${currency}` : signed;
}

export function count(number: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language]).format(number);
}

/** A share of a whole, "32.6 %": told to a person, and no amount. */
export function share(ratio: string, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { style: "percent", maximumFractionDigits: 1 }).format(Number(ratio));
}

/** An instant, in the person's own time zone. */
export function moment(iso: string | null | undefined, language: Language): string {
  if (!iso) return "—";
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}

/** SAT's local date or date and time, which has no zone: shown as it is written. */
export function localDate(text: string | null | undefined, language: Language): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(text ?? "");
  if (!match) return "—";
  const [, year, month, day] = match;
  const noon = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day), 12));
  return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "medium", timeZone: "UTC" }).format(noon);
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** "hace 5 minutos", "en 3 horas". */
export function ago(iso: string, language: Language, now: number = Date.now()): string {
  const seconds = Math.round((new Date(iso).getTime() - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(LOCALE[language], { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return relative.format(0, "second");
}

function separators(language: Language): { group: string; point: string } {
  const parts = new Intl.NumberFormat(LOCALE[language]).formatToParts(11111.1);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return { group: of("group"), point: of("decimal") };
}

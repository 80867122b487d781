/** The address of the list of the documents that a figure is made of. */
export const FIGURES = ["sales", "expenditures", "cash", "receivables", "payables", "customer", "supplier"] as const;
export type Figure = (typeof FIGURES)[number];

export interface Filters {
  readonly from?: string;
  readonly to?: string;
  /** The key of an age or of a counterparty. */
  readonly key?: string;
}

export function drillDownUrl(figure: Figure, { from, to, key }: Filters): string {
  const query = new URLSearchParams({ de: figure });
  if (from) query.set("desde", from);
  if (to) query.set("hasta", to);
  if (key && !from) query.set("clave", key);
  if (key && (figure === "customer" || figure === "supplier")) query.set("clave", key);
  return `/documentos?${query.toString()}`;
}

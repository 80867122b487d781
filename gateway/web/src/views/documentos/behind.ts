/** The address of the documents behind a figure. */
export const FIGURES = ["sales", "expenditures", "cash", "receivables", "payables", "customer", "supplier"] as const;
export type Figure = (typeof FIGURES)[number];

export interface Where {
  readonly from?: string;
  readonly to?: string;
  /** Of ages and parties: which one. */
  readonly key?: string;
}

export function behind(figure: Figure, { from, to, key }: Where): string {
  const query = new URLSearchParams({ de: figure });
  if (from) query.set("desde", from);
  if (to) query.set("hasta", to);
  if (key && !from) query.set("clave", key);
  if (key && (figure === "customer" || figure === "supplier")) query.set("clave", key);
  return `/documentos?${query.toString()}`;
}

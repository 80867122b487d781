/** What documents are called, wherever they are listed or shown. */
import type { Direction, FiscalStatus, SettlementState } from "../api/operations";
import type { Tone } from "../ui";
import { dictionary } from "../words";

export const words = dictionary({
  es: {
    types: { I: "Ingreso", E: "Egreso", T: "Traslado", P: "Pago", N: "Nómina" } as Record<string, string>,
    directions: { ISSUED: "Emitida", RECEIVED: "Recibida", OTHER: "De otro RFC" } satisfies Record<Direction, string>,
    statuses: { ACTIVE: "Vigente", CANCELLED: "Cancelada" } satisfies Record<FiscalStatus, string>,
    settlements: {
      UNPAID: "Por pagar",
      PARTIALLY_PAID: "Pago parcial",
      PAID: "Pagada",
      OVERPAID: "Pagada de más",
      CANCELLED: "Cancelada",
    } satisfies Record<SettlementState, string>,
    invoice: "Factura",
    counterparty: "Contraparte",
    issuedAt: "Fecha",
    type: "Tipo",
    state: "Estado",
    total: "Total",
    outstanding: (amount: string) => `Saldo ${amount}`,
    nameless: "Sin nombre",
    more: "Ver más",
    none: "No hay documentos.",
    unread: "No se pudo leer. Puede ser la conexión.",
    again: "Volver a intentar",
  },
  en: {
    types: { I: "Income", E: "Credit note", T: "Transfer", P: "Payment", N: "Payroll" },
    directions: { ISSUED: "Issued", RECEIVED: "Received", OTHER: "Of another RFC" },
    statuses: { ACTIVE: "In force", CANCELLED: "Cancelled" },
    settlements: {
      UNPAID: "Unpaid",
      PARTIALLY_PAID: "Partly paid",
      PAID: "Paid",
      OVERPAID: "Overpaid",
      CANCELLED: "Cancelled",
    },
    invoice: "Invoice",
    counterparty: "Counterparty",
    issuedAt: "Date",
    type: "Type",
    state: "State",
    total: "Total",
    outstanding: (amount: string) => `Balance ${amount}`,
    nameless: "Without a name",
    more: "Show more",
    none: "There are no documents.",
    unread: "It could not be read. It may be the connection.",
    again: "Try again",
  },
});

export const SETTLEMENT_TONE: Record<string, Tone> = {
  UNPAID: "wait",
  PARTIALLY_PAID: "wait",
  PAID: "good",
  OVERPAID: "bad",
};

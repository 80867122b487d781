import { dictionary } from "../../words";

export const words = dictionary({
  es: {
    title: "Documentos",
    back: "Volver al perfil",
    figures: {
      sales: "Ventas",
      expenditures: "Gastos",
      cash: "Flujo de efectivo",
      receivables: "Por cobrar",
      payables: "Por pagar",
      customer: "Ventas",
      supplier: "Gastos",
    } as Record<string, string>,
  },
  en: {
    title: "Documents",
    back: "Back to the profile",
    figures: {
      sales: "Sales",
      expenditures: "Expenditures",
      cash: "Cash flow",
      receivables: "Receivables",
      payables: "Payables",
      customer: "Sales",
      supplier: "Expenditures",
    },
  },
});

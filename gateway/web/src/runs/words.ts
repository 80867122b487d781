/** How a connection's course is told: states, sites, what the person must do, and why a mutation did nothing. */
import type { Advice, Cadence, DocumentKind, Freshness, JobState, Site, StepState } from "../api/operations";
import type { Tone } from "../ui";
import { dictionary } from "../words";

export const words = dictionary({
  es: {
    states: {
      QUEUED: "En espera",
      RUNNING: "En curso",
      AWAITING_INPUT: "Espera tu respuesta",
      SUCCEEDED: "Conexión exitosa",
      PARTIALLY_SUCCEEDED: "Conexión parcial",
      FAILED: "Conexión fallida",
      EXPIRED: "Sin resultado",
    } satisfies Record<JobState, string>,
    steps: {
      WAITING: "En espera",
      RUNNING: "Consultando",
      DOWNLOADING: "Descargando",
      DONE: "Listo",
      EMPTY: "Sin documentos",
      FAILED: "Falló",
      SKIPPED: "No se hizo",
    } satisfies Record<StepState, string>,
    sites: {
      ALL_IN_ONE: "Todo el perfil",
      CIEC: "Facturas (CFDI)",
      WITHHOLDINGS: "Retenciones",
      ANNUAL_RETURNS: "Declaraciones anuales",
      MONTHLY_RETURNS: "Declaraciones mensuales",
      TAX_STATUS: "Constancia de situación fiscal",
      COMPLIANCE_OPINION: "Opinión de cumplimiento",
    } satisfies Record<Site, string>,
    kinds: {
      INVOICE: "Facturas (CFDI)",
      WITHHOLDING: "Retenciones",
      ANNUAL_RETURN: "Declaraciones anuales",
      MONTHLY_RETURN: "Declaraciones mensuales",
      COMPLIANCE_OPINION: "Opinión de cumplimiento",
      TAX_STATUS: "Constancia de situación fiscal",
    } satisfies Record<DocumentKind, string>,
    freshness: { FRESH: "Al día", STALE: "Por actualizar", NEVER: "Sin descargar" } satisfies Record<Freshness, string>,
    cadence: { DAILY: "Cada día", MONTHLY: "Cada mes", ONCE: "Una vez" } satisfies Record<Cadence, string>,
    documents: (n: string, one: boolean) => (one ? `${n} documento` : `${n} documentos`),
    advice: {
      CORRECT_PASSWORD: "El SAT no aceptó el RFC o la contraseña (CIEC). Revísala y escríbela de nuevo.",
      CORRECT_ANSWER: "El código no es correcto o ya venció. Vuelve a conectar y escribe el nuevo.",
      ANSWER_IN_TIME: "La respuesta no llegó a tiempo. Vuelve a conectar y responde en cuanto se te pida.",
      ANSWER_CHALLENGE: "El SAT pide un dato más: respóndelo para continuar.",
      UNLOCK_AT_SAT: "El SAT bloqueó la cuenta. Desbloquéala en sat.gob.mx y después vuelve a conectar.",
      LOG_OUT_ELSEWHERE: "Hay otra sesión abierta en el SAT. Ciérrala, espera unos minutos y vuelve a conectar.",
      ACT_AT_SAT: "El SAT te pide algo en su portal. Entra a sat.gob.mx, complétalo y vuelve a conectar.",
      CHOOSE_OTHER_SITE: "Los datos son de otro acceso del SAT. Usa el RFC y la contraseña (CIEC) del contribuyente.",
      CHECK_INPUT: "Falta un dato o no es correcto. Revisa el RFC y la contraseña.",
      WAIT_AND_RETRY: "El portal del SAT no respondió. Se intentará de nuevo sin que hagas nada.",
      READ_AGAIN_LATER: "El SAT sigue entregando documentos: llegarán aquí por sí solos.",
      CONTACT_SUPPORT: "El SAT respondió algo que no conocemos. Escribe a soporte.",
    } satisfies Record<Exclude<Advice, "NONE">, string>,
    todo: "Qué hacer",
    nothing: "Por ahora no hay que hacer nada",
    unknownPerson: "Hace falta que hagas algo en el SAT. Vuelve a conectar después.",
    unknownNobody: "Se intentará de nuevo sin que hagas nada.",
    expired: "Nadie pudo saber cómo terminó. Vuelve a conectar.",
    code: (n: number) => `Código ${n}`,
    errors: {
      INVALID_RFC: "Ese RFC no es válido. Tiene 12 caracteres (empresa) o 13 (persona).",
      INVALID_NAME: "El nombre es demasiado largo.",
      INVALID_PASSWORD: "Escribe la contraseña (CIEC).",
      INVALID_ANSWER: "La respuesta no es lo que se pide.",
      NOT_CONNECTED: "Todavía no hay una conexión. Conecta primero.",
      NOT_AWAITING_INPUT: "Ya no se espera una respuesta.",
      ALREADY_RUNNING: "Ya hay una conexión en curso.",
      PASSWORD_REFUSED: "El SAT rechazó la contraseña que se tenía. Actualízala.",
      TOO_SOON: "El SAT permite una descarga al día.",
      IDEMPOTENCY_CONFLICT: "La solicitud ya se había enviado con otros datos.",
      NOT_FOUND: "Ya no existe.",
      SYNCFY_UNAVAILABLE: "El servicio que conecta con el SAT no responde. Intenta en unos minutos.",
      SYNCFY_RATE_LIMITED: "Hay demasiadas solicitudes. Intenta en un momento.",
      SYNCFY_REJECTED: "El servicio que conecta con el SAT no aceptó la solicitud.",
    } as Record<string, string>,
    again: (when: string, ago: string) => `Se podrá otra vez el ${when} (${ago}).`,
    unreachable: "No hay respuesta del servidor. Revisa tu conexión e intenta de nuevo.",
  },
  en: {
    states: {
      QUEUED: "Waiting",
      RUNNING: "Running",
      AWAITING_INPUT: "Waiting for your answer",
      SUCCEEDED: "Connected",
      PARTIALLY_SUCCEEDED: "Partly connected",
      FAILED: "Connection failed",
      EXPIRED: "No result",
    },
    steps: {
      WAITING: "Waiting",
      RUNNING: "Looking",
      DOWNLOADING: "Downloading",
      DONE: "Done",
      EMPTY: "No documents",
      FAILED: "Failed",
      SKIPPED: "Not done",
    },
    sites: {
      ALL_IN_ONE: "The whole profile",
      CIEC: "Invoices (CFDI)",
      WITHHOLDINGS: "Withholdings",
      ANNUAL_RETURNS: "Annual returns",
      MONTHLY_RETURNS: "Monthly returns",
      TAX_STATUS: "Tax status certificate",
      COMPLIANCE_OPINION: "Compliance opinion",
    },
    kinds: {
      INVOICE: "Invoices (CFDI)",
      WITHHOLDING: "Withholdings",
      ANNUAL_RETURN: "Annual returns",
      MONTHLY_RETURN: "Monthly returns",
      COMPLIANCE_OPINION: "Compliance opinion",
      TAX_STATUS: "Tax status certificate",
    },
    freshness: { FRESH: "Up to date", STALE: "To be updated", NEVER: "Never downloaded" },
    cadence: { DAILY: "Every day", MONTHLY: "Every month", ONCE: "Once" },
    documents: (n: string, one: boolean) => (one ? `${n} document` : `${n} documents`),
    advice: {
      CORRECT_PASSWORD: "SAT did not accept the RFC or the password (CIEC). Check it and type it again.",
      CORRECT_ANSWER: "The code is wrong or has run out. Connect again and type the new one.",
      ANSWER_IN_TIME: "The answer did not come in time. Connect again and answer as soon as you are asked.",
      ANSWER_CHALLENGE: "SAT asks for one thing more: answer it to go on.",
      UNLOCK_AT_SAT: "SAT locked the account. Unlock it at sat.gob.mx, then connect again.",
      LOG_OUT_ELSEWHERE: "Another session is open at SAT. Close it, wait a few minutes and connect again.",
      ACT_AT_SAT: "SAT asks something of you in its portal. Go to sat.gob.mx, complete it, then connect again.",
      CHOOSE_OTHER_SITE: "This login is for another access of SAT. Use the taxpayer's RFC and password (CIEC).",
      CHECK_INPUT: "Something is missing or wrong. Check the RFC and the password.",
      WAIT_AND_RETRY: "SAT's portal did not answer. It will be tried again by itself.",
      READ_AGAIN_LATER: "SAT is still delivering documents: they will arrive here by themselves.",
      CONTACT_SUPPORT: "SAT answered something we do not know. Write to support.",
    },
    todo: "What to do",
    nothing: "Nothing to do for now",
    unknownPerson: "There is something for you to do at SAT. Connect again afterwards.",
    unknownNobody: "It will be tried again by itself.",
    expired: "Nobody could tell how it ended. Connect again.",
    code: (n: number) => `Code ${n}`,
    errors: {
      INVALID_RFC: "This RFC is not valid. It has 12 characters (company) or 13 (person).",
      INVALID_NAME: "The name is too long.",
      INVALID_PASSWORD: "Type the password (CIEC).",
      INVALID_ANSWER: "The answer is not what was asked for.",
      NOT_CONNECTED: "There is no connection yet. Connect first.",
      NOT_AWAITING_INPUT: "No answer is expected any more.",
      ALREADY_RUNNING: "A connection is running already.",
      PASSWORD_REFUSED: "SAT refused the password that was known. Update it.",
      TOO_SOON: "SAT allows one download a day.",
      IDEMPOTENCY_CONFLICT: "The request was sent before with other data.",
      NOT_FOUND: "It exists no more.",
      SYNCFY_UNAVAILABLE: "The service that connects with SAT does not answer. Try again in a few minutes.",
      SYNCFY_RATE_LIMITED: "There are too many requests. Try again in a moment.",
      SYNCFY_REJECTED: "The service that connects with SAT did not accept the request.",
    },
    again: (when: string, ago: string) => `It will be possible again on ${when} (${ago}).`,
    unreachable: "The server does not answer. Check your connection and try again.",
  },
});

export const STATE_TONE: Record<string, Tone> = {
  QUEUED: "info",
  RUNNING: "info",
  AWAITING_INPUT: "wait",
  SUCCEEDED: "good",
  PARTIALLY_SUCCEEDED: "wait",
  FAILED: "bad",
  EXPIRED: "bad",
};

export const FRESH_TONE: Record<Freshness, Tone> = { FRESH: "good", STALE: "wait", NEVER: "plain" };

/** A state that is not known yet is taken for one that has not ended. */
export function hasEnded(state: string): boolean {
  return ["SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "EXPIRED"].includes(state);
}

const SITES = ["CIEC", "WITHHOLDINGS", "ANNUAL_RETURNS", "MONTHLY_RETURNS", "TAX_STATUS", "COMPLIANCE_OPINION"];

/** In the order of the product's own table, however they came. */
export function bySite<T extends { readonly site: string | null }>(given: readonly T[]): T[] {
  return [...given].sort((one, other) => SITES.indexOf(one.site ?? "") - SITES.indexOf(other.site ?? ""));
}

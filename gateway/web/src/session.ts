/**
 * The session: a bearer token, kept in memory only, so that it is lost with the tab.
 *
 * In a demonstration the gateway gives one. Otherwise the app that shows the page (in a frame, or in a window that it
 * opened) hands it over by postMessage:
 *
 *     page → app   { type: "sat-gateway:token-wanted" }
 *     app  → page  { type: "sat-gateway:token", token: "eyJ…" }
 *
 * Messages are exchanged with the gateway's ALLOWED_ORIGINS only. The page asks again when a token has expired.
 */
import { settings } from "./settings";

export type SignIn = "starting" | "in" | "out";

const HOST_ANSWERS_WITHIN = 5_000;
let token: string | null = null;
let state: SignIn = "starting";
let renewal: Promise<boolean> | null = null;
const listeners = new Set<() => void>();

export const session = {
  get state(): SignIn {
    return state;
  },
  get authorization(): string {
    return token ? `Bearer ${token}` : "";
  },
  /** Gets a new token; resolves to whether there is one. Concurrent calls share one request. */
  renew(): Promise<boolean> {
    renewal ??= obtain()
      .catch(() => null)
      .then((given) => {
        renewal = null;
        take(given);
        return given !== null;
      });
    return renewal;
  },
  /** Takes a token that the person pasted. */
  use(given: string): void {
    take(given.trim().replace(/^bearer\s+/i, "") || null);
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function take(given: string | null): void {
  token = given;
  state = given ? "in" : "out";
  for (const listener of listeners) listener();
}

async function obtain(): Promise<string | null> {
  if (settings.demo) {
    const response = await fetch("/demo/token", { method: "POST" });
    return response.ok ? ((await response.json()) as { token: string }).token : null;
  }
  return askHost();
}

function askHost(): Promise<string | null> {
  const host: Window | null = window.parent !== window ? window.parent : (window.opener as Window | null);
  if (!host || settings.hosts.length === 0) return Promise.resolve(null);
  return new Promise((resolve) => {
    const end = (given: string | null) => {
      window.removeEventListener("message", hear);
      clearTimeout(timer);
      resolve(given);
    };
    const hear = (event: MessageEvent<unknown>) => {
      if (event.source !== host || !settings.hosts.includes(event.origin)) return;
      const message = event.data as { type?: unknown; token?: unknown } | null;
      if (message?.type === "sat-gateway:token" && typeof message.token === "string") end(message.token);
    };
    const timer = setTimeout(end, HOST_ANSWERS_WITHIN, null);
    window.addEventListener("message", hear);
    for (const origin of settings.hosts) host.postMessage({ type: "sat-gateway:token-wanted" }, origin);
  });
}

/**
 * Syncfy's own widget, in which the person types the CIEC password: it goes from there to Syncfy and never through us.
 *
 * Its script is loaded when it is first opened. It lies over the page like a dialog, and closes itself or is closed.
 */
import { settings } from "../settings";
import type { Language } from "../words";

/** What Syncfy's API answered to the widget's POST. A job of All in One has no `id_credential`. */
export interface Pull {
  readonly id_job: string;
  readonly id_credential?: string;
}

export interface Session {
  readonly token: string;
  readonly siteId: string;
}

export interface WidgetEvents {
  /** Syncfy took the login: a run has begun. It comes again when the person tries again in the widget. */
  readonly started: (pull: Pull) => void;
  readonly succeeded: (pull: Pull) => void;
  readonly failed: (pull: Pull, code: number | null) => void;
  readonly closed: () => void;
  /** Syncfy no longer takes the token: another one, for the same taxpayer. */
  readonly renew: () => Promise<Session>;
}

export interface Opened {
  readonly close: () => void;
}

interface Instance {
  on(event: string, hear: (...given: never[]) => void): void;
  open(): void;
  close(): void;
}

type Constructor = new (options: object) => Instance;

const PLACE = "syncfy-widget";
let loading: Promise<Constructor> | null = null;

/** Opens the widget; raises where its script can not be loaded. */
export async function openWidget(session: Session, language: Language, events: WidgetEvents): Promise<Opened> {
  const Widget = await load();
  document.getElementById(PLACE)?.remove();
  document.body.append(Object.assign(document.createElement("div"), { id: PLACE }));
  const widget = new Widget(options(session, language, events));
  listen(widget, events);
  widget.open();
  return { close: () => widget.close() };
}

/** So that it opens at once when it is asked for. */
export function preloadWidget(): void {
  load().catch(() => undefined);
}

function options({ token, siteId }: Session, locale: Language, { renew }: WidgetEvents) {
  const { apiBaseUrl } = settings.widget;
  return {
    token,
    element: `#${PLACE}`,
    enableTestMode: true,
    refreshTokenFunction: async () => ({ token: (await renew()).token }),
    config: {
      locale,
      entrypoint: { site: siteId },
      navigation: { oneSiteFlow: true },
      ...(apiBaseUrl ? { __internal__: { apiBaseUrl, assetsBaseUrl: apiBaseUrl } } : {}),
    },
  };
}

function listen(widget: Instance, to: WidgetEvents): void {
  widget.on("updated", (pull: Pull) => to.started(pull));
  widget.on("success", (pull: Pull) => to.succeeded(pull));
  widget.on("error", (pull: Pull, why: { code?: unknown } | undefined) => {
    to.failed(pull, typeof why?.code === "number" ? why.code : null);
  });
  widget.on("closed", () => to.closed());
}

function load(): Promise<Constructor> {
  loading ??= Promise.all([
    added(Object.assign(document.createElement("link"), { rel: "stylesheet", href: settings.widget.style })),
    added(Object.assign(document.createElement("script"), { src: settings.widget.script, async: true })),
  ])
    .then(() => {
      const found = (window as unknown as { SyncfyWidget?: Constructor }).SyncfyWidget;
      if (!found) throw new Error("the script is not the widget's");
      return found;
    })
    .catch((error: unknown) => {
      loading = null; // so that another try is one
      throw error;
    });
  return loading;
}

function added(element: HTMLElement): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener("load", () => resolve());
    element.addEventListener("error", () => {
      element.remove();
      reject(new Error("not loaded"));
    });
    // Before the page's own styles, which are to win where both say something.
    document.head.prepend(element);
  });
}

/** What the gateway says of the place where the page runs (gateway/http/page.py writes it into index.html). */
export interface Settings {
  readonly widget: { readonly script: string; readonly style: string; readonly apiBaseUrl: string | null };
  /** Origins of apps that may hand over a token. */
  readonly hosts: readonly string[];
  readonly development: boolean;
  /** Only where the sandbox plays Syncfy. */
  readonly demo: Demo | null;
}

export interface Demo {
  readonly rfc: string;
  readonly name: string;
  readonly password: string;
  readonly answer: string;
  readonly others: readonly string[];
}

const WIDGET = "/widget/syncfy-authentication-widget";
const inDevelopment: Settings = {
  widget: { script: `${WIDGET}.js`, style: `${WIDGET}.css`, apiBaseUrl: null },
  hosts: [],
  development: true,
  demo: null,
};

function read(): Settings {
  const written = document.querySelector<HTMLMetaElement>('meta[name="settings"]')?.content;
  return written ? (JSON.parse(written) as Settings) : inDevelopment;
}

export const settings = read();

/** Addresses and views: the History API and a table. A view is loaded when it is first shown. */
import { createContext } from "preact";
import type { ComponentChildren, ComponentType, JSX } from "preact";
import { useCallback, useContext, useEffect, useMemo, useState } from "preact/hooks";

export type Parameters = Readonly<Record<string, string>>;
export interface ViewProps {
  readonly parameters: Parameters;
}
export interface Route {
  /** "/facturas/:id". */
  readonly path: string;
  readonly load: () => Promise<{ default: ComponentType<ViewProps> }>;
}

interface Location {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Goes to an address; `replace` leaves no step back to the one before. */
  readonly go: (to: string, how?: { replace?: boolean }) => void;
}

const here = () => ({ path: location.pathname, search: location.search });
const Located = createContext<Location>({ path: "/", query: new URLSearchParams(), go: () => undefined });

export function Router({ children }: { readonly children: ComponentChildren }) {
  const [at, setAt] = useState(here);
  useEffect(() => {
    const moved = () => setAt(here());
    addEventListener("popstate", moved);
    return () => removeEventListener("popstate", moved);
  }, []);
  const go = useCallback((to: string, how?: { replace?: boolean }) => {
    if (to === location.pathname + location.search) return;
    const other = new URL(to, location.href).pathname !== location.pathname;
    history[how?.replace ? "replaceState" : "pushState"](null, "", to);
    setAt(here());
    if (other) scrollTo(0, 0);
  }, []);
  const value = useMemo(() => ({ path: at.path, query: new URLSearchParams(at.search), go }), [at, go]);
  return <Located.Provider value={value}>{children}</Located.Provider>;
}

export function useLocation(): Location {
  return useContext(Located);
}

/** The route of a path, with what its colons stand for. */
export function match(routes: readonly Route[], path: string): [Route, Parameters] | null {
  const parts = path.split("/").filter(Boolean);
  for (const route of routes) {
    const wanted = route.path.split("/").filter(Boolean);
    if (wanted.length !== parts.length) continue;
    const found: Record<string, string> = {};
    const fits = wanted.every((want, n) => {
      const part = parts[n] ?? "";
      if (!want.startsWith(":")) return want === part;
      found[want.slice(1)] = decode(part);
      return true;
    });
    if (fits) return [route, found];
  }
  return null;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A link within the page. It keeps the chosen taxpayer (`c`), unless it names one itself. */
export function Link({ href, ...rest }: JSX.IntrinsicElements["a"] & { readonly href: string }) {
  const { query, go } = useLocation();
  const to = keeping(href, query.get("c"));
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return <a {...rest} href={to} onClick={follow} />;
}

export function keeping(href: string, taxpayer: string | null): string {
  if (!taxpayer || /[?&]c=/.test(href)) return href;
  return `${href}${href.includes("?") ? "&" : "?"}c=${encodeURIComponent(taxpayer)}`;
}

/** Light, dark, or as the system has it. */
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { kept } from "./kept";

export type Theme = "system" | "light" | "dark";

interface Choice {
  readonly theme: Theme;
  readonly choose: (theme: Theme) => void;
}

const Choosing = createContext<Choice>({ theme: "system", choose: () => undefined });

export function Taste({ children }: { readonly children: ComponentChildren }) {
  const [theme, choose] = useState<Theme>(() => {
    const before = kept.theme.read();
    return before === "light" || before === "dark" ? before : "system";
  });
  useLayoutEffect(() => {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    kept.theme.write(theme);
  }, [theme]);
  const choice = useMemo(() => ({ theme, choose }), [theme]);
  return <Choosing.Provider value={choice}>{children}</Choosing.Provider>;
}

export function useTheme(): Choice {
  return useContext(Choosing);
}

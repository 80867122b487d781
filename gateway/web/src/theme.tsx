/** The theme: light, dark, or the one of the system. */
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { storage } from "./storage";

export type Theme = "system" | "light" | "dark";

interface Choice {
  readonly theme: Theme;
  readonly choose: (theme: Theme) => void;
}

const ThemeContext = createContext<Choice>({ theme: "system", choose: () => undefined });

export function ThemeProvider({ children }: { readonly children: ComponentChildren }) {
  const [theme, choose] = useState<Theme>(() => {
    const before = storage.theme.read();
    return before === "light" || before === "dark" ? before : "system";
  });
  useLayoutEffect(() => {
    const root = document.documentElement;
    if (theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    storage.theme.write(theme);
  }, [theme]);
  const choice = useMemo(() => ({ theme, choose }), [theme]);
  return <ThemeContext.Provider value={choice}>{children}</ThemeContext.Provider>;
}

export function useTheme(): Choice {
  return useContext(ThemeContext);
}

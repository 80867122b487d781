/** Two languages, Spanish first. Each view has its words beside it, in both; TypeScript holds one to the other's shape. */
import { createContext } from "preact";
import type { ComponentChildren } from "preact";
import { useContext, useEffect, useMemo, useState } from "preact/hooks";
import { storage } from "./storage";

export type Language = "es" | "en";
/** What a dictionary's other language must have: the same keys, with words or functions of the same kind. */
export type Same<T> = T extends string
  ? string
  : T extends (...given: infer G) => string
    ? (...given: G) => string
    : T extends object
      ? { readonly [K in keyof T]: Same<T[K]> }
      : T;
export interface Dictionary<T> {
  readonly es: T;
  readonly en: Same<T>;
}

export function dictionary<const T extends object>(words: Dictionary<T>): Dictionary<T> {
  return words;
}

interface Speech {
  readonly language: Language;
  readonly speak: (language: Language) => void;
}

const Speaking = createContext<Speech>({ language: "es", speak: () => undefined });

export function Words({ children }: { readonly children: ComponentChildren }) {
  const [language, speak] = useState<Language>(storage.language.read() === "en" ? "en" : "es");
  useEffect(() => {
    document.documentElement.lang = language;
    storage.language.write(language);
  }, [language]);
  const speech = useMemo(() => ({ language, speak }), [language]);
  return <Speaking.Provider value={speech}>{children}</Speaking.Provider>;
}

export function useLanguage(): Speech {
  return useContext(Speaking);
}

export function useWords<T extends object>(words: Dictionary<T>): Same<T> {
  const { language } = useLanguage();
  return language === "en" ? words.en : (words.es as Same<T>);
}

/** What stands around every view: whose profile, where to go, and the language and light of the page. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Line } from "./api/client";
import { Link, useLocation } from "./router";
import { OtherRfc } from "./runs/other-rfc";
import { settings } from "./settings";
import { useTaxpayers } from "./taxpayers";
import { useTheme } from "./theme";
import type { Theme } from "./theme";
import { Icon } from "./ui/icons";
import type { IconName } from "./ui/icons";
import { dictionary, useLanguage, useWords } from "./words";

const words = dictionary({
  es: {
    skip: "Ir al contenido",
    brand: "Perfil SAT",
    sections: "Secciones",
    taxpayer: "Contribuyente",
    add: "Agregar contribuyente",
    home: "Inicio",
    register: "Registro",
    credentials: "Credenciales",
    profile: "Perfil fiscal",
    invoices: "Facturas",
    language: "English",
    theme: { system: "Tema del sistema", light: "Tema claro", dark: "Tema oscuro" },
    lost: "Sin conexión en vivo: se está restableciendo.",
    demo: "Demostración: los contribuyentes son inventados.",
  },
  en: {
    skip: "Skip to content",
    brand: "SAT profile",
    sections: "Sections",
    taxpayer: "Taxpayer",
    add: "Add a taxpayer",
    home: "Home",
    register: "Register",
    credentials: "Credentials",
    profile: "Tax profile",
    invoices: "Invoices",
    language: "Español",
    theme: { system: "System theme", light: "Light theme", dark: "Dark theme" },
    lost: "The live connection is lost: opening it again.",
    demo: "Demonstration: the taxpayers are invented.",
  },
});

type Section = "home" | "register" | "credentials" | "profile" | "invoices";
const SECTIONS: readonly { to: string; name: Section; icon: IconName }[] = [
  { to: "/", name: "home", icon: "home" },
  { to: "/perfil", name: "profile", icon: "chart" },
  { to: "/facturas", name: "invoices", icon: "invoice" },
  { to: "/credenciales", name: "credentials", icon: "key" },
  { to: "/registro", name: "register", icon: "plus" },
];

interface FrameProps {
  readonly line: Line;
  readonly waiting?: boolean;
  readonly children?: ComponentChildren;
}

export function Frame({ line, waiting, children }: FrameProps) {
  const say = useWords(words);
  return (
    <div class="frame">
      <a class="skip" href="#content">
        {say.skip}
      </a>
      <header class="frame__top">
        <Link class="brand" href="/">
          <Mark />
          <span>{say.brand}</span>
        </Link>
        {!waiting && <Switcher />}
        <div class="frame__taste">
          <ThemeSwitch />
          <LanguageSwitch />
        </div>
      </header>
      <nav class="frame__nav" aria-label={say.sections}>
        <ul>
          {SECTIONS.map((section) => (
            <Place key={section.to} {...section} label={say[section.name]} />
          ))}
        </ul>
        {settings.demo && <p class="frame__demo">{say.demo}</p>}
      </nav>
      <Lost line={line} words={say.lost} />
      <main id="content" class="frame__main" tabIndex={-1}>
        {!waiting && <OfOthers />}
        {children}
      </main>
    </div>
  );
}

function OfOthers() {
  const { chosen } = useTaxpayers();
  return chosen && <OtherRfc key={chosen.id} taxpayerId={chosen.id} asked={chosen.syncStatus} />;
}

function Mark() {
  return (
    <svg class="brand__mark" viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M9 21.5 14 11l4.2 7 2.3-3.4L24 21.5" />
    </svg>
  );
}

function Place({ to, label, icon }: { readonly to: string; readonly label: string; readonly icon: IconName }) {
  const { path } = useLocation();
  const current = to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
  return (
    <li>
      <Link class="place" href={to} aria-current={current ? "page" : undefined}>
        <Icon name={icon} />
        <span>{label}</span>
      </Link>
    </li>
  );
}

function Switcher() {
  const say = useWords(words);
  const { all, chosen, choose } = useTaxpayers();
  if (all.length === 0) return <span class="switcher" />;
  return (
    <label class="switcher">
      <span class="unseen">{say.taxpayer}</span>
      <select value={chosen?.id ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
        {!chosen && <option value="">—</option>}
        {all.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name === one.rfc ? one.rfc : `${one.name} · ${one.rfc}`}
          </option>
        ))}
      </select>
    </label>
  );
}

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const SIGN: Record<Theme, IconName> = { system: "system", light: "sun", dark: "moon" };

function ThemeSwitch() {
  const say = useWords(words);
  const { theme, choose } = useTheme();
  return (
    <button class="round" type="button" onClick={() => choose(NEXT[theme])} aria-label={say.theme[theme]} title={say.theme[theme]}>
      <Icon name={SIGN[theme]} />
    </button>
  );
}

function LanguageSwitch() {
  const say = useWords(words);
  const { language, speak } = useLanguage();
  const other = language === "es" ? "en" : "es";
  return (
    <button class="round round--text" type="button" lang={other} onClick={() => speak(other)}>
      <span aria-hidden="true">{other.toUpperCase()}</span>
      <span class="unseen">{say.language}</span>
    </button>
  );
}

/** Only when it lasts: a socket that is back at once is nobody's trouble. */
function Lost({ line, words: text }: { readonly line: Line; readonly words: string }) {
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    if (line !== "lost") {
      setLasting(false);
      return undefined;
    }
    const timer = setTimeout(() => setLasting(true), 1_200);
    return () => clearTimeout(timer);
  }, [line]);
  return (
    <div class="lost" role="status">
      {lasting && (
        <p>
          <Icon name="wifi" size={18} /> {text}
        </p>
      )}
    </div>
  );
}

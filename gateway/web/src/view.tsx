/** Loads a view and shows it; its heading then has the focus, so that a screen reader begins there. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Parameters, Route, ViewProps } from "./router";
import { Button, Notice, Waiting } from "./ui";
import { dictionary, useWords } from "./words";

const words = dictionary({
  es: { broken: "No se pudo cargar esta vista", why: "Puede ser la conexión.", again: "Volver a intentar" },
  en: { broken: "This view could not be loaded", why: "It may be the connection.", again: "Try again" },
});

let first = true;

export function View({ route, parameters }: { readonly route: Route; readonly parameters: Parameters }) {
  const say = useWords(words);
  const [Loaded, setLoaded] = useState<ComponentType<ViewProps> | null>(null);
  const [failed, setFailed] = useState(0);
  useEffect(() => {
    let here = true;
    route.load().then(
      (module) => here && setLoaded(() => module.default),
      () => here && setFailed((times) => times + 1),
    );
    return () => {
      here = false;
    };
  }, [route]);
  useEffect(() => {
    if (!Loaded) return;
    // Not when the page itself was just opened: there the reader begins at its top.
    if (!first) document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    first = false;
  }, [Loaded]);
  if (Loaded) return <Loaded parameters={parameters} />;
  if (!failed) return <Waiting />;
  return (
    <Notice tone="bad" title={say.broken}>
      <p>{say.why}</p>
      <Button onClick={() => location.reload()}>{say.again}</Button>
    </Notice>
  );
}

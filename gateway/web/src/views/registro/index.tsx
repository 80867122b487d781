/** Onboarding: who the taxpayer is, then its login in Syncfy's widget, then what arrives. */
import { useState } from "preact/hooks";
import { keeping, useLocation } from "../../router";
import { Connect } from "../../runs/connect";
import { hasEnded } from "../../runs/words";
import type { Job } from "../../runs/run";
import { useTaxpayers } from "../../taxpayers";
import { Heading, LinkButton, Notice } from "../../ui";
import { dictionary, useWords } from "../../words";
import { Stages } from "./stages";
import { Who } from "./who";

const words = dictionary({
  es: {
    title: "Registro",
    done: "Todo listo: el perfil está aquí",
    doneText: "Se actualizará por sí solo. Puedes cerrar esta página o ver lo que llegó.",
    partly: "Llegó una parte del perfil",
    partlyText: "Lo que falta se intentará de nuevo. Ya puedes ver lo que llegó.",
    profile: "Ver el perfil",
    invoices: "Ver las facturas",
  },
  en: {
    title: "Register",
    done: "All done: the profile is here",
    doneText: "It will keep itself up to date. You can close this page or look at what came.",
    partly: "A part of the profile came",
    partlyText: "What is missing will be tried again. You can look at what came already.",
    profile: "See the profile",
    invoices: "See the invoices",
  },
});

export default function Registro() {
  const say = useWords(words);
  const { query, go } = useLocation();
  const { refresh, chosen } = useTaxpayers();
  // Whom this onboarding is of: in the address, so that a reload goes on where it was.
  const taxpayerId = query.get("nuevo");
  const [ended, setEnded] = useState<Job | null>(null);
  const good = ended && (ended.state === "SUCCEEDED" || ended.state === "PARTIALLY_SUCCEEDED");
  const created = (id: string) => {
    refresh();
    go(`/registro?c=${encodeURIComponent(id)}&nuevo=${encodeURIComponent(id)}`);
  };
  const end = (job: Job) => {
    if (!hasEnded(job.state)) return;
    setEnded(job);
    refresh();
  };
  return (
    <div class="stack">
      <Heading title={say.title} />
      <Stages at={!taxpayerId ? 0 : good ? 2 : 1} who={taxpayerId ? (chosen?.rfc ?? null) : null} />
      {good && (
        <Notice tone={ended.state === "SUCCEEDED" ? "good" : "wait"} title={ended.state === "SUCCEEDED" ? say.done : say.partly} urgent>
          <p>{ended.state === "SUCCEEDED" ? say.doneText : say.partlyText}</p>
          <div class="row">
            <LinkButton kind="main" icon="chart" href={keeping("/perfil", taxpayerId)}>
              {say.profile}
            </LinkButton>
            <LinkButton icon="invoice" href={keeping("/facturas", taxpayerId)}>
              {say.invoices}
            </LinkButton>
          </div>
        </Notice>
      )}
      {taxpayerId ? <Connect key={taxpayerId} taxpayerId={taxpayerId} rfc={chosen?.rfc ?? null} onEnd={end} /> : <Who onCreated={created} />}
    </div>
  );
}

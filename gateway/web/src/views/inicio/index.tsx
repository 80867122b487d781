/** The first view: the viewer's taxpayers and how each one stands, or how to begin. */
import { count, moment } from "../../format";
import { Link } from "../../router";
import { useSyncStatus } from "../../runs/sync-status";
import { STATE_TONE, words as runWords } from "../../runs/words";
import { useTaxpayers } from "../../taxpayers";
import type { Taxpayer } from "../../taxpayers";
import { Badge, Button, Card, Empty, Heading, LinkButton, Notice, Waiting } from "../../ui";
import { dictionary, useLanguage, useWords } from "../../words";
import "./inicio.css";

const words = dictionary({
  es: {
    title: "Contribuyentes",
    add: "Registrar contribuyente",
    empty: "Conecta tu primer contribuyente",
    emptyText: "Con su RFC y su contraseña del SAT llega el perfil completo: facturas, declaraciones, constancia y opinión.",
    unread: "No se pudieron leer los contribuyentes",
    again: "Volver a intentar",
    company: "Empresa",
    person: "Persona física",
    documents: "Documentos",
    download: "Última descarga",
    none: "Sin conectar",
    profile: "Perfil",
    invoices: "Facturas",
    credentials: "Credenciales",
  },
  en: {
    title: "Taxpayers",
    add: "Register a taxpayer",
    empty: "Connect your first taxpayer",
    emptyText: "With its RFC and its SAT password the whole profile arrives: invoices, returns, certificate and opinion.",
    unread: "The taxpayers could not be read",
    again: "Try again",
    company: "Company",
    person: "Person",
    documents: "Documents",
    download: "Last download",
    none: "Not connected",
    profile: "Profile",
    invoices: "Invoices",
    credentials: "Credentials",
  },
});

// As many cards follow what happens; the others are as they were when they were asked for.
const LIVE = 24;

export default function Inicio() {
  const say = useWords(words);
  const { state, all, refresh } = useTaxpayers();
  if (state === "loading") return <Waiting />;
  return (
    <div class="stack">
      <Heading title={say.title}>
        {all.length > 0 && (
          <LinkButton kind="main" icon="plus" href="/registro">
            {say.add}
          </LinkButton>
        )}
      </Heading>
      {state === "failed" ? (
        <Notice tone="bad" title={say.unread} urgent>
          <Button onClick={refresh}>{say.again}</Button>
        </Notice>
      ) : all.length === 0 ? (
        <Card>
          <Empty icon="shield" title={say.empty}>
            <p class="lead">{say.emptyText}</p>
            <LinkButton kind="main" icon="plus" href="/registro">
              {say.add}
            </LinkButton>
          </Empty>
        </Card>
      ) : (
        <ul class="people">
          {all.map((one, n) => (
            <Person key={one.id} one={one} live={n < LIVE} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Person({ one, live }: { readonly one: Taxpayer; readonly live: boolean }) {
  const say = useWords(words);
  const sayRun = useWords(runWords);
  const { language } = useLanguage();
  const sync = useSyncStatus(one.id, one.syncStatus, { live }) ?? one.syncStatus;
  const state = sync.lastConnection?.state ?? one.latestJob?.state;
  const held = sync.kinds.reduce((sum, kind) => sum + kind.held, 0);
  const at = (path: string) => `${path}?c=${encodeURIComponent(one.id)}`;
  return (
    <li class="card person">
      <div class="person__head">
        <div class="person__name">
          <h2>
            <Link href={at("/perfil")}>{one.name}</Link>
          </h2>
          <p class="soft small">
            <span class="mono">{one.rfc}</span> · {one.kind === "COMPANY" ? say.company : say.person}
          </p>
        </div>
        <Badge tone={state ? (STATE_TONE[state] ?? "plain") : "plain"}>{state ? (sayRun.states[state] ?? state) : say.none}</Badge>
      </div>
      <dl class="facts">
        <div>
          <dt>{say.documents}</dt>
          <dd>{count(held, language)}</dd>
        </div>
        <div>
          <dt>{say.download}</dt>
          <dd>{moment(sync.lastDownloadAt, language)}</dd>
        </div>
      </dl>
      <div class="row person__links">
        <Link href={at("/facturas")}>{say.invoices}</Link>
        <Link href={at("/credenciales")}>{say.credentials}</Link>
      </div>
    </li>
  );
}

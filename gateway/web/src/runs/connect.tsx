/** Connecting a taxpayer, from the widget's session to the end of the run: registering and updating both show it. */
import { useClient } from "@urql/preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { CreateWidgetToken } from "../api/operations";
import type { WidgetPurpose } from "../api/operations";
import { settings } from "../settings";
import { Button, Card, Icon, Notice } from "../ui";
import { dictionary, useLanguage, useWords } from "../words";
import { useRefusal } from "./asking";
import { DemoPasswords } from "./demo";
import { useFollowing } from "./following";
import { PasswordForm } from "./password-form";
import { Run } from "./run";
import type { Job } from "./run";
import { openWidget, preloadWidget } from "./widget";
import type { Opened, Pull, Session } from "./widget";

const words = dictionary({
  es: {
    title: "Conecta con el SAT",
    how: "Se abre la ventana de Syncfy, que entra al SAT por ti. Escribe ahí el RFC y la contraseña (CIEC).",
    safe: "La contraseña viaja directo a Syncfy: este servicio no la ve ni la guarda.",
    open: "Abrir la ventana segura",
    again: "Abrir de nuevo la ventana",
    progress: "Avance",
    reading: "El SAT está revisando tus datos…",
    failed: "No se pudo abrir la ventana",
    blocked: "Puede ser la conexión, o un bloqueador de contenido.",
    without: "Conectar sin la ventana (no recomendado)",
  },
  en: {
    title: "Connect with SAT",
    how: "Syncfy's window opens, which logs in to SAT for you. Type the RFC and the password (CIEC) there.",
    safe: "The password goes straight to Syncfy: this service never sees or keeps it.",
    open: "Open the secure window",
    again: "Open the window again",
    progress: "Progress",
    reading: "SAT is checking your login…",
    failed: "The window could not be opened",
    blocked: "It may be the connection, or a content blocker.",
    without: "Connect without the window (not recommended)",
  },
});

// So that the person sees that it worked, before the widget gives way to what arrives.
const SUCCESS_IS_SEEN_FOR = 1_600;

interface ConnectProps {
  readonly taxpayerId: string;
  readonly rfc: string | null;
  /** The taxpayer has a connection already: its password is corrected. */
  readonly update?: boolean;
  readonly onEnd?: (job: Job) => void;
}

export function Connect({ taxpayerId, rfc, update = false, onEnd }: ConnectProps) {
  const say = useWords(words);
  const { jobId, follow, took, waiting } = useFollowing(taxpayerId);
  const widget = useWidget(taxpayerId, update ? "UPDATE" : "REGISTER", follow);
  const going = jobId !== null || waiting;
  const opener = (
    <Button kind={going ? "plain" : "main"} icon="shield" busy={widget.opening} onClick={widget.open}>
      {going ? say.again : say.open}
    </Button>
  );
  return (
    <div class="columns columns--main">
      <div class="stack">
        {going && (
          <Card title={say.progress}>
            {jobId ? (
              <Run key={jobId} jobId={jobId} answeredElsewhere={widget.isOpen} {...(onEnd ? { onEnd } : {})} />
            ) : (
              <p class="row soft" role="status">
                <span class="spinner" aria-hidden="true" /> {say.reading}
              </p>
            )}
            {widget.failed && <div class="row">{opener}</div>}
          </Card>
        )}
        {!going && (
          <Card title={say.title}>
            <p>{say.how}</p>
            <p class="promise small">
              <Icon name="shield" size={18} /> {say.safe}
            </p>
            <div class="row">{opener}</div>
            {widget.problem && (
              <Notice tone="bad" title={say.failed} urgent>
                <p>{widget.problem}</p>
              </Notice>
            )}
          </Card>
        )}
      </div>
      <div class="stack">
        {settings.demo && <DemoPasswords demo={settings.demo} rfc={rfc ?? settings.demo.rfc} />}
        <details class="card card--quiet">
          <summary>{say.without}</summary>
          <PasswordForm taxpayerId={taxpayerId} update={update} onStarted={took} />
        </details>
      </div>
    </div>
  );
}

interface Window {
  readonly open: () => void;
  readonly opening: boolean;
  readonly isOpen: boolean;
  /** The last run of the widget failed. */
  readonly failed: boolean;
  readonly problem: string | null;
}

function useWidget(taxpayerId: string, purpose: WidgetPurpose, follow: (pull: Pull) => void): Window {
  const say = useWords(words);
  const { language } = useLanguage();
  const session = useSession(taxpayerId, purpose);
  const [opening, setOpening] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = useRef<Opened | null>(null);
  useEffect(() => {
    preloadWidget();
    return () => shown.current?.close();
  }, []);
  const open = async () => {
    const before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setOpening(true);
    setProblem(null);
    const [given, why] = await session();
    if (!given) {
      setProblem(why);
      return setOpening(false);
    }
    const heard = (pull: Pull, did: boolean) => {
      setFailed(did);
      follow(pull);
    };
    await openWidget(given, language, {
      started: (pull) => heard(pull, false),
      succeeded: (pull) => {
        heard(pull, false);
        setTimeout(() => shown.current?.close(), SUCCESS_IS_SEEN_FOR);
      },
      failed: (pull) => heard(pull, true),
      closed: () => {
        setOpen(false);
        // Where the person was before the widget lay over it.
        before?.focus();
      },
      renew: async () => {
        const [renewed] = await session();
        if (!renewed) throw new Error("no session");
        return renewed;
      },
    }).then(
      (opened) => {
        shown.current = opened;
        setOpen(true);
      },
      () => setProblem(say.blocked),
    );
    setOpening(false);
  };
  return { open: () => void open(), opening, isOpen, failed, problem };
}

/** Asks for a session of the widget: it, or why there is none. */
function useSession(taxpayerId: string, purpose: WidgetPurpose): () => Promise<[Session, null] | [null, string | null]> {
  const client = useClient();
  const refusal = useRefusal();
  return useCallback(async () => {
    const asked = await client.mutation(CreateWidgetToken, { taxpayerId, purpose }).toPromise();
    const payload = asked.data?.createWidgetToken;
    const given = payload?.widget;
    return given ? [{ token: given.token, siteId: given.siteId }, null] : [null, refusal(asked, payload?.errors)];
  }, [client, taxpayerId, purpose]);
}

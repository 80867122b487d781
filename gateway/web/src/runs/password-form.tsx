/** Connecting without the widget: the password passes through the gateway once, on its way to Syncfy. */
import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { StartConnection, UpdateCredential } from "../api/operations";
import { Button, Field } from "../ui";
import { dictionary, useWords } from "../words";
import { newKey, useRefusal } from "./asking";

const words = dictionary({
  es: {
    why: "La contraseña pasa por este servicio una vez, hacia Syncfy. No se guarda.",
    password: "Contraseña (CIEC)",
    connect: "Conectar",
    update: "Actualizar y conectar",
  },
  en: {
    why: "The password passes through this service once, on its way to Syncfy. It is not kept.",
    password: "Password (CIEC)",
    connect: "Connect",
    update: "Update and connect",
  },
});

interface PasswordFormProps {
  readonly taxpayerId: string;
  readonly update: boolean;
  readonly onStarted: (jobId: string) => void;
}

export function PasswordForm({ taxpayerId, update, onStarted }: PasswordFormProps) {
  const say = useWords(words);
  const refusal = useRefusal();
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [starting, start] = useMutation(StartConnection);
  const [correcting, correct] = useMutation(UpdateCredential);
  const send = async (event: Event) => {
    event.preventDefault();
    const given = { taxpayerId, password, key: newKey() };
    const done = update ? await correct(given) : await start(given);
    const payload = done.data && ("updateCredential" in done.data ? done.data.updateCredential : done.data.startConnection);
    setProblem(refusal(done, payload?.errors));
    if (!payload?.job) return;
    setPassword("");
    onStarted(payload.job.id);
  };
  return (
    <form class="stack" onSubmit={(event) => void send(event)}>
      <p class="soft small">{say.why}</p>
      <Field
        label={say.password}
        value={password}
        onInput={setPassword}
        error={problem}
        type="password"
        autoComplete="off"
        maxLength={100}
        required
      />
      <div class="row">
        <Button type="submit" busy={starting.fetching || correcting.fetching}>
          {update ? say.update : say.connect}
        </Button>
      </div>
    </form>
  );
}

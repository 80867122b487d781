/** The first stage: the RFC, and a name to find the taxpayer by. */
import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { CreateTaxpayer } from "../../api/operations";
import { useRefusal } from "../../runs/asking";
import { settings } from "../../settings";
import { Button, Card, Field, Icon } from "../../ui";
import { dictionary, useWords } from "../../words";

const words = dictionary({
  es: {
    title: "¿De quién es el perfil?",
    rfc: "RFC",
    rfcHint: "12 caracteres si es empresa, 13 si es persona.",
    short: "Al RFC le faltan o le sobran caracteres.",
    name: "Nombre o razón social (opcional)",
    next: "Continuar",
    demo: "Usar el contribuyente de prueba",
    promises: [
      ["shield", "Tu contraseña va directo del navegador a Syncfy. Este servicio no la ve."],
      ["down", "Llegan facturas, retenciones, declaraciones, constancia y opinión de cumplimiento."],
      ["clock", "La primera descarga toma unos minutos. Después se actualiza cada día."],
    ] as const,
    what: "Qué va a pasar",
  },
  en: {
    title: "Whose profile is it?",
    rfc: "RFC",
    rfcHint: "12 characters for a company, 13 for a person.",
    short: "The RFC has too few or too many characters.",
    name: "Name (optional)",
    next: "Continue",
    demo: "Use the taxpayer for trying",
    promises: [
      ["shield", "Your password goes straight from the browser to Syncfy. This service does not see it."],
      ["down", "Invoices, withholdings, returns, the tax status certificate and the compliance opinion arrive."],
      ["clock", "The first download takes some minutes. Then it is updated every day."],
    ] as const,
    what: "What is going to happen",
  },
});

export function Who({ onCreated }: { readonly onCreated: (id: string) => void }) {
  const say = useWords(words);
  const refusal = useRefusal();
  const [rfc, setRfc] = useState("");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [result, create] = useMutation(CreateTaxpayer);
  const { demo } = settings;
  const send = async (event: Event) => {
    event.preventDefault();
    if (rfc.length !== 12 && rfc.length !== 13) return setProblem(say.short);
    const done = await create({ rfc, name: name.trim() || null });
    const payload = done.data?.createTaxpayer;
    setProblem(refusal(done, payload?.errors));
    if (payload?.taxpayer) onCreated(payload.taxpayer.id);
  };
  const type = (typed: string) => {
    setRfc(typed);
    // The name that came with the offered RFC is no other's.
    if (demo && name === demo.name) setName("");
  };
  const offer = () => {
    if (!demo) return;
    setRfc(demo.rfc);
    setName(demo.name);
    setProblem(null);
  };
  return (
    <div class="columns columns--main">
      <Card title={say.title}>
        <form class="stack" onSubmit={(event) => void send(event)}>
          <Field
            label={say.rfc}
            hint={say.rfcHint}
            value={rfc}
            onInput={(value) => type(value.toUpperCase().replace(/[\s-]/g, ""))}
            error={problem}
            autoComplete="off"
            maxLength={16}
            spellcheck={false}
            required
            mono
          />
          <Field label={say.name} value={name} onInput={setName} autoComplete="organization" maxLength={254} />
          <div class="row">
            <Button kind="main" type="submit" busy={result.fetching}>
              {say.next}
            </Button>
            {demo && (
              <Button kind="quiet" onClick={offer}>
                {say.demo}
              </Button>
            )}
          </div>
        </form>
      </Card>
      <Card title={say.what} class="card--quiet">
        <ul class="promises">
          {say.promises.map(([icon, text]) => (
            <li key={icon}>
              <Icon name={icon as "shield"} />
              <span>{text}</span>
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}

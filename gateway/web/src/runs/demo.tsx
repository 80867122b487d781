/** What there is to try in a demonstration: the password chooses how SAT, which the sandbox plays, answers. */
import type { Demo } from "../settings";
import { Card } from "../ui";
import { dictionary, useWords } from "../words";

const words = dictionary({
  es: {
    title: "Para probar",
    rfc: "RFC",
    password: "Contraseña (cualquiera conecta)",
    others: "Otras respuestas del SAT",
    code: (answer: string) => `El código correcto es ${answer}.`,
    passwords: {
      wrong: "contraseña incorrecta",
      twofa: "pide un código",
      captcha: "pide el texto de una imagen",
      options: "pide elegir una opción",
      locked: "cuenta bloqueada",
      action: "pide algo en su portal",
      "unavailable-before": "portal caído",
      "unavailable-after": "portal caído a medio camino",
    } as Record<string, string>,
  },
  en: {
    title: "To try",
    rfc: "RFC",
    password: "Password (any one connects)",
    others: "Other answers of SAT",
    code: (answer: string) => `The right code is ${answer}.`,
    passwords: {
      wrong: "wrong password",
      twofa: "asks for a code",
      captcha: "asks for the text of a picture",
      options: "asks to choose an option",
      locked: "locked account",
      action: "asks something in its portal",
      "unavailable-before": "portal down",
      "unavailable-after": "portal down half way",
    },
  },
});

export function DemoPasswords({ demo, rfc }: { readonly demo: Demo; readonly rfc: string }) {
  const say = useWords(words);
  return (
    <Card title={say.title} class="card--quiet">
      <dl class="facts">
        <div>
          <dt>{say.rfc}</dt>
          <dd>
            <code class="key">{rfc}</code>
          </dd>
        </div>
        <div>
          <dt>{say.password}</dt>
          <dd>
            <code class="key">{demo.password}</code>
          </dd>
        </div>
      </dl>
      <details class="small">
        <summary>{say.others}</summary>
        <ul class="tries">
          {demo.others.map((password) => (
            <li key={password}>
              <code class="key">{password}</code> {say.passwords[password] ?? ""}
            </li>
          ))}
          <li class="soft">{say.code(demo.answer)}</li>
        </ul>
      </details>
    </Card>
  );
}

/** Shown without a token: says how the page gets one. In development a token can be pasted. */
import { useState } from "preact/hooks";
import { session } from "./session";
import { settings } from "./settings";
import { Button, Field } from "./ui";
import { dictionary, useWords } from "./words";

const words = dictionary({
  es: {
    title: "Tu sesión no está abierta",
    open: "Abre esta página desde la aplicación de tu proveedor: ella te identifica.",
    again: "Volver a intentar",
    token: "Token de desarrollo",
    hint: "Lo imprime: sat-gateway token",
    enter: "Entrar",
  },
  en: {
    title: "You are not signed in",
    open: "Open this page from your provider's app: it tells who you are.",
    again: "Try again",
    token: "Development token",
    hint: "Printed by: sat-gateway token",
    enter: "Enter",
  },
});

export function SignedOut() {
  const say = useWords(words);
  const [token, setToken] = useState("");
  const enter = (event: Event) => {
    event.preventDefault();
    session.use(token);
  };
  return (
    <main class="alone">
      <h1 tabIndex={-1}>{say.title}</h1>
      <p>{say.open}</p>
      <Button onClick={() => void session.renew()}>{say.again}</Button>
      {settings.development && (
        <form class="stack" onSubmit={enter}>
          <Field label={say.token} hint={say.hint} value={token} onInput={setToken} autoComplete="off" required />
          <Button kind="main" type="submit">
            {say.enter}
          </Button>
        </form>
      )}
    </main>
  );
}

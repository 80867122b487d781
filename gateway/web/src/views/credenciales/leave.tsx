/** Deleting a taxpayer, at Syncfy and here. It can not be undone, so its RFC is typed first. */
import { useMutation } from "@urql/preact";
import { useState } from "preact/hooks";
import { DeleteTaxpayer } from "../../api/operations";
import { useLocation } from "../../router";
import { newKey, useRefusal } from "../../runs/asking";
import { useTaxpayers } from "../../taxpayers";
import { Button, Field } from "../../ui";
import { useAnnounce } from "../../ui/announcer";
import { dictionary, useWords } from "../../words";

const words = dictionary({
  es: {
    title: "Eliminar este contribuyente",
    what: "Se borra todo lo suyo, aquí y en Syncfy: documentos, accesos e historial. No se puede deshacer.",
    type: "Escribe su RFC para confirmar",
    other: "No es el RFC de este contribuyente.",
    erase: "Eliminar todo",
    done: "El contribuyente se eliminó.",
  },
  en: {
    title: "Delete this taxpayer",
    what: "All of it is erased, here and at Syncfy: documents, accesses and history. It can not be undone.",
    type: "Type its RFC to confirm",
    other: "This is not the taxpayer's RFC.",
    erase: "Delete everything",
    done: "The taxpayer was deleted.",
  },
});

export function Leave({ taxpayerId, rfc }: { readonly taxpayerId: string; readonly rfc: string }) {
  const say = useWords(words);
  const refusal = useRefusal();
  const announce = useAnnounce();
  const { refresh } = useTaxpayers();
  const { go } = useLocation();
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [result, erase] = useMutation(DeleteTaxpayer);
  const send = async (event: Event) => {
    event.preventDefault();
    if (typed.trim().toUpperCase() !== rfc) return setProblem(say.other);
    const done = await erase({ taxpayerId, key: newKey() });
    const why = refusal(done, done.data?.deleteTaxpayer?.errors);
    setProblem(why);
    if (why) return;
    announce(say.done);
    go("/");
    refresh();
  };
  return (
    <details class="card card--quiet">
      <summary>{say.title}</summary>
      <form class="stack" onSubmit={(event) => void send(event)}>
        <p class="soft">{say.what}</p>
        <Field label={say.type} value={typed} onInput={setTyped} error={problem} autoComplete="off" spellcheck={false} mono required />
        <div class="row">
          <Button kind="danger" type="submit" busy={result.fetching}>
            {say.erase}
          </Button>
        </div>
      </form>
    </details>
  );
}

/** Syncfy's widget takes whatever RFC is typed into it. What then arrives is of that one: the person must know. */
import { useQuery } from "@urql/preact";
import { WhoseDocuments } from "../api/operations";
import { Notice } from "../ui";
import { dictionary, useWords } from "../words";

const words = dictionary({
  es: {
    title: "Los documentos son de otro RFC",
    text: (theirs: string, ours: string) =>
      `En la ventana se entró con ${theirs}, y este contribuyente es ${ours}. Elimínalo en Credenciales y registra el RFC correcto.`,
  },
  en: {
    title: "The documents are of another RFC",
    text: (theirs: string, ours: string) =>
      `The login in the window was of ${theirs}, and this taxpayer is ${ours}. Delete it in Credentials and register the right RFC.`,
  },
});

export function OtherRfc({ taxpayerId }: { readonly taxpayerId: string }) {
  const say = useWords(words);
  const [result] = useQuery({ query: WhoseDocuments, variables: { taxpayerId }, requestPolicy: "network-only" });
  const known = result.data?.taxpayer;
  const theirs = known?.rfcAtSat;
  if (!known || !theirs || theirs === known.rfc) return null;
  return (
    <Notice tone="bad" title={say.title} urgent>
      <p>{say.text(theirs, known.rfc)}</p>
    </Notice>
  );
}

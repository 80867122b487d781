/** On every view: documents that name another RFC. They are kept and listed, and count in no figure. */
import { useQuery } from "@urql/preact";
import { useEffect } from "preact/hooks";
import { WhoseDocuments } from "../api/operations";
import type { SyncStatusFieldsFragment } from "../api/operations";
import { count } from "../format";
import { keeping } from "../router";
import { LinkButton, Notice } from "../ui";
import { dictionary, useLanguage, useWords } from "../words";
import { useSyncStatus } from "./sync-status";

const words = dictionary({
  es: {
    title: (n: string, one: boolean) => (one ? `${n} documento es de otro RFC` : `${n} documentos son de otro RFC`),
    kept: (ours: string) => `Se guardan aparte y no cuentan en ninguna cifra de ${ours}.`,
    login: (theirs: string, ours: string) =>
      `En la ventana se entró con ${theirs}, y este contribuyente es ${ours}. Vuelve a conectar con su propio RFC.`,
    see: "Ver las facturas de otros",
  },
  en: {
    title: (n: string, one: boolean) => (one ? `${n} document is of another RFC` : `${n} documents are of another RFC`),
    kept: (ours: string) => `They are kept apart and count in no figure of ${ours}.`,
    login: (theirs: string, ours: string) =>
      `The login in the window was of ${theirs}, and this taxpayer is ${ours}. Connect again with its own RFC.`,
    see: "See the invoices of others",
  },
});

interface OtherRfcProps {
  readonly taxpayerId: string;
  readonly asked: SyncStatusFieldsFragment;
}

export function OtherRfc({ taxpayerId, asked }: OtherRfcProps) {
  const say = useWords(words);
  const { language } = useLanguage();
  const sync = useSyncStatus(taxpayerId, asked);
  const [result, again] = useQuery({ query: WhoseDocuments, variables: { taxpayerId } });
  const known = result.data?.taxpayer;
  const downloaded = sync?.lastDownloadAt;
  const state = sync?.lastConnection?.state;
  useEffect(() => {
    if (downloaded) again({ requestPolicy: "network-only" });
  }, [downloaded, state]);
  const kinds = known?.syncStatus.kinds ?? [];
  const others = kinds.reduce((sum, kind) => sum + kind.others, 0);
  if (!known || others === 0) return null;
  const theirs = known.rfcAtSat;
  return (
    <Notice tone="bad" title={say.title(count(others, language), others === 1)} urgent>
      <p>{say.kept(known.rfc)}</p>
      {theirs && theirs !== known.rfc && <p>{say.login(theirs, known.rfc)}</p>}
      {kinds.some(({ kind, others: of }) => kind === "INVOICE" && of > 0) && (
        <LinkButton icon="invoice" href={keeping("/facturas?d=OTHER", taxpayerId)}>
          {say.see}
        </LinkButton>
      )}
    </Notice>
  );
}

/** Updating the credentials, beside how the synchronisation stands: what the product's origin asks to be shown. */
import { useMutation, useQuery } from "@urql/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Credentials, RefreshConnection } from "../../api/operations";
import type { CredentialsQuery } from "../../api/operations";
import { newKey, useRefusal } from "../../runs/asking";
import { Connect } from "../../runs/connect";
import { useJob } from "../../runs/run";
import { useSyncStatus } from "../../runs/sync-status";
import { hasEnded } from "../../runs/words";
import { useTaxpayers } from "../../taxpayers";
import { Button, Card, Empty, Heading, LinkButton, Notice, Waiting } from "../../ui";
import { useAnnounce } from "../../ui/announcer";
import { useWords } from "../../words";
import { Accesses } from "./accesses";
import { Kinds } from "./kinds";
import { Leave } from "./leave";
import { ConnectionStatus } from "./connection-status";
import { words } from "./words";

type Shown = NonNullable<CredentialsQuery["taxpayer"]>;

export default function Credenciales() {
  const say = useWords(words);
  const { state, chosen, refresh } = useTaxpayers();
  if (state === "loading") return <Waiting />;
  if (state === "failed") {
    return (
      <div class="stack">
        <Heading title={say.title} />
        <Unread again={refresh} />
      </div>
    );
  }
  if (!chosen) {
    return (
      <div class="stack">
        <Heading title={say.title} />
        <Card>
          <Empty icon="key" title={say.nobody}>
            <LinkButton kind="main" href="/registro">
              {say.register}
            </LinkButton>
          </Empty>
        </Card>
      </div>
    );
  }
  return <OfTaxpayer key={chosen.id} taxpayerId={chosen.id} />;
}

function OfTaxpayer({ taxpayerId }: { readonly taxpayerId: string }) {
  const [result, again] = useQuery({ query: Credentials, variables: { taxpayerId } });
  const shown = result.data?.taxpayer;
  const sync = useSyncStatus(taxpayerId, shown?.syncStatus);
  // What is told is newer than what was asked for: a job may have begun, or a login have been corrected.
  useEffect(() => {
    if (sync && shown && sync.version > shown.syncStatus.version) again({ requestPolicy: "network-only" });
  }, [sync?.version, shown?.syncStatus.version]);
  if (!shown || !sync) {
    if (!result.error && (result.fetching || result.data === undefined)) return <Waiting />;
    return <Unread again={() => again({ requestPolicy: "network-only" })} />;
  }
  return <Known shown={shown} sync={sync} reload={() => again({ requestPolicy: "network-only" })} />;
}

function Unread({ again }: { readonly again: () => void }) {
  const say = useWords(words);
  return (
    <Notice tone="bad" title={say.unread} urgent>
      <Button onClick={again}>{say.again}</Button>
    </Notice>
  );
}

interface KnownProps {
  readonly shown: Shown;
  readonly sync: Shown["syncStatus"];
  readonly reload: () => void;
}

function Known({ shown, sync, reload }: KnownProps) {
  const say = useWords(words);
  const announce = useAnnounce();
  const [updating, setUpdating] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const newest = shown.latestJob;
  const live = useJob(newest && !hasEnded(newest.state) ? newest.id : null);
  const job = live ?? newest;
  const [refreshing, refreshNow, problem] = useRefresh(shown.id, reload);
  const connected = sync.lastConnection !== null || newest !== null;
  const update = () => {
    setUpdating(true);
    requestAnimationFrame(() => place.current?.scrollIntoView({ behavior: "smooth", block: "start" }));
  };
  useEffect(() => {
    if (live && hasEnded(live.state)) {
      announce(say.renewed);
      reload();
    }
  }, [live?.state]);
  return (
    <div class="stack">
      <Heading title={say.title}>
        <Button icon="key" kind={job?.failure?.needsPerson || !connected ? "main" : "plain"} onClick={update}>
          {connected ? say.update : say.connect}
        </Button>
        {connected && (
          <Button icon="refresh" busy={refreshing} onClick={refreshNow}>
            {say.download}
          </Button>
        )}
      </Heading>
      {problem && <Notice tone="wait" title={problem} urgent />}
      <ConnectionStatus sync={sync} job={job} isUpdating={updating} />
      {updating && (
        <div ref={place} class="stack">
          <Connect taxpayerId={shown.id} rfc={shown.rfc} update={connected} onEnd={reload} />
        </div>
      )}
      <Kinds sync={sync} />
      <Accesses credentials={shown.credentials} />
      <Leave taxpayerId={shown.id} rfc={shown.rfc} />
    </div>
  );
}

/** Asks SAT again with the password that Syncfy holds. */
function useRefresh(taxpayerId: string, done: () => void): [boolean, () => void, string | null] {
  const refusal = useRefusal();
  const [problem, setProblem] = useState<string | null>(null);
  const [result, refresh] = useMutation(RefreshConnection);
  const start = async () => {
    const asked = await refresh({ taxpayerId, key: newKey() });
    setProblem(refusal(asked, asked.data?.refreshConnection?.errors));
    done();
  };
  return [result.fetching, () => void start(), problem];
}

/** The result of the last connection, the dates of connection and download, and what the person must do. */
import type { JobFieldsFragment, SyncStatusFieldsFragment } from "../../api/operations";
import { ago, moment } from "../../format";
import { Failure, Problems, Run } from "../../runs/run";
import { hasEnded, STATE_TONE, words as runWords } from "../../runs/words";
import { Badge, Card } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { words } from "./words";

interface ConnectionStatusProps {
  readonly sync: SyncStatusFieldsFragment;
  readonly job: JobFieldsFragment | null;
  /** The run is shown by the form that updates the credentials. */
  readonly isUpdating: boolean;
}

export function ConnectionStatus({ sync, job, isUpdating }: ConnectionStatusProps) {
  const say = useWords(words);
  const sayRun = useWords(runWords);
  const state = sync.lastConnection?.state;
  const running = job !== null && !hasEnded(job.state);
  return (
    <>
      <Card title={say.standing}>
        <dl class="facts">
          <div>
            <dt>{say.result}</dt>
            <dd>
              {state ? <Badge tone={STATE_TONE[state] ?? "plain"}>{sayRun.states[state] ?? state}</Badge> : say.none}
            </dd>
          </div>
          <Fact name={say.connection} at={sync.lastConnectionAt} />
          <Fact name={say.lastDownload} at={sync.lastDownloadAt} />
        </dl>
        {job && !running && <Failure job={job} />}
        {job && !running && <Problems job={job} />}
      </Card>
      {running && !isUpdating && (
        <Card title={say.running}>
          <Run key={job.id} jobId={job.id} />
        </Card>
      )}
    </>
  );
}

function Fact({ name, at }: { readonly name: string; readonly at: string | null }) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {at ? (
          <time dateTime={at}>
            {moment(at, language)} <span class="facts__more">{ago(at, language)}</span>
          </time>
        ) : (
          say.never
        )}
      </dd>
    </div>
  );
}

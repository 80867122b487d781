/** The three facts that the product's origin asks for, and what the person must do. */
import type { JobFieldsFragment, SyncStatusFieldsFragment } from "../../api/operations";
import { ago, moment } from "../../format";
import { Failure, Run } from "../../runs/run";
import { hasEnded, STATE_TONE, words as runWords } from "../../runs/words";
import { Badge, Card } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { words } from "./words";

interface StandingProps {
  readonly sync: SyncStatusFieldsFragment;
  readonly job: JobFieldsFragment | null;
  /** The run is shown where the credentials are being updated. */
  readonly isUpdating: boolean;
}

export function Standing({ sync, job, isUpdating }: StandingProps) {
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

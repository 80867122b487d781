/** What is held of each kind, whether it is fresh, and when more is expected. */
import type { SyncStatusFieldsFragment } from "../../api/operations";
import { ago, count, moment } from "../../format";
import { FRESH_TONE, words as runWords } from "../../runs/words";
import { Badge, Card, Notice } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { expected } from "./expected";
import { words } from "./words";

/** The ends of a kind's last run that say more than the age of its download. */
const STEP_TONE = { PARTIAL: "wait", FAILED: "bad", EMPTY: "plain" } as const;
type Kind = SyncStatusFieldsFragment["kinds"][number];

export function Kinds({ sync }: { readonly sync: SyncStatusFieldsFragment }) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <Card title={say.kinds}>
      <div class="table table--cards">
        <table>
          <thead>
            <tr>
              <th scope="col">{say.kind}</th>
              <th scope="col" class="num">
                {say.held}
              </th>
              <th scope="col">{say.state}</th>
              <th scope="col">{say.downloaded}</th>
              <th scope="col">{say.next}</th>
            </tr>
          </thead>
          <tbody>
            {sync.kinds.map((kind) => (
              <Row key={kind.kind} kind={kind} />
            ))}
          </tbody>
        </table>
      </div>
      {sync.unreadable > 0 && <Notice tone="wait" title={say.unreadable(count(sync.unreadable, language))} />}
    </Card>
  );
}

function Row({ kind }: { readonly kind: Kind }) {
  const say = useWords(words);
  const sayRun = useWords(runWords);
  const { language } = useLanguage();
  const next = expected(kind.expectedCadence, kind.lastDownloadAt);
  return (
    <tr>
      <th scope="row">{sayRun.kinds[kind.kind] ?? kind.kind}</th>
      <td class="num" data-label={say.held}>
        {kind.known || kind.held > 0 ? count(kind.held, language) : "—"}
      </td>
      <td data-label={say.state}>
        {kind.state === "PARTIAL" || kind.state === "FAILED" || kind.state === "EMPTY" ? (
          <Badge tone={STEP_TONE[kind.state]}>{sayRun.steps[kind.state]}</Badge>
        ) : (
          <Badge tone={FRESH_TONE[kind.freshness] ?? "plain"}>{sayRun.freshness[kind.freshness] ?? kind.freshness}</Badge>
        )}
      </td>
      <td data-label={say.downloaded}>
        {kind.lastDownloadAt ? (
          <time dateTime={kind.lastDownloadAt} title={moment(kind.lastDownloadAt, language)}>
            {ago(kind.lastDownloadAt, language)}
          </time>
        ) : (
          <span class="soft">{say.never}</span>
        )}
      </td>
      <td data-label={say.next}>
        {next === "never" ? (
          <span class="soft">{say.onlyOnce}</span>
        ) : next === "with-next-connection" ? (
          <span class="soft">{say.withNext}</span>
        ) : (
          <time dateTime={next.on} title={moment(next.on, language)}>
            {Date.parse(next.on) < Date.now() ? say.now : ago(next.on, language)}
          </time>
        )}
      </td>
    </tr>
  );
}

/** The login at each of SAT's sites, as Syncfy holds it. */
import type { CredentialsQuery } from "../../api/operations";
import { ago } from "../../format";
import { bySite, words as runWords } from "../../runs/words";
import { Badge, Card } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { words } from "./words";

type Credential = NonNullable<CredentialsQuery["taxpayer"]>["credentials"][number];

export function Accesses({ credentials }: { readonly credentials: readonly Credential[] }) {
  const say = useWords(words);
  const sayRun = useWords(runWords);
  if (credentials.length === 0) return null;
  return (
    <Card title={say.accesses}>
      <ul class="accesses">
        {bySite(credentials).map((one) => (
          <li key={one.id}>
            <span class="accesses__name">{one.site && (sayRun.sites[one.site] ?? one.site)}</span>
            <Standing credential={one} />
            <Ready credential={one} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Standing({ credential: { isLocked, isAuthorized } }: { readonly credential: Credential }) {
  const say = useWords(words);
  if (isLocked) return <Badge tone="bad">{say.locked}</Badge>;
  if (isAuthorized) return <Badge tone="good">{say.authorized}</Badge>;
  return isAuthorized === false ? <Badge tone="bad">{say.refused}</Badge> : <Badge tone="plain">{say.unknown}</Badge>;
}

function Ready({ credential: { canSync, readyAt } }: { readonly credential: Credential }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const later = readyAt && Date.parse(readyAt) > Date.now();
  return (
    <span class="soft small">{later ? say.ready(ago(readyAt, language)) : canSync ? say.readyNow : ""}</span>
  );
}

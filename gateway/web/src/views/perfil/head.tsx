/** The two papers that SAT gives of a taxpayer: the opinión de cumplimiento and the constancia de situación fiscal. */
import { ProfileHead } from "../../api/operations";
import type { ProfileHeadQuery } from "../../api/operations";
import { useLive } from "../../documents/arriving";
import { count, localDate, money } from "../../format";
import { Badge } from "../../ui";
import type { Tone } from "../../ui";
import { useLanguage, useWords } from "../../words";
import { File } from "../factura/more";
import { Part } from "./part";
import { words } from "./words";

type Held = NonNullable<ProfileHeadQuery["taxpayer"]>;
const TONES: Record<string, Tone> = { POSITIVE: "good", NEGATIVE: "bad", SUSPENDED: "wait", NO_OBLIGATIONS: "plain" };

export function Head({ taxpayerId }: { readonly taxpayerId: string }) {
  const say = useWords(words);
  const [result, again] = useLive(ProfileHead, { taxpayerId });
  const value = result.data?.taxpayer;
  const part = { result, value, again, lines: 4 };
  return (
    <div class="columns">
      <Part title={say.opinion} {...part} aside={(held) => held.complianceOpinion && <File file={held.complianceOpinion.pdf} name="PDF" />}>
        {(held) => (held.complianceOpinion ? <Opinion opinion={held.complianceOpinion} /> : <p class="soft">{say.noOpinion}</p>)}
      </Part>
      <Part title={say.status} {...part} aside={(held) => held.taxStatus && <File file={held.taxStatus.pdf} name="PDF" />}>
        {(held) => (held.taxStatus ? <Status status={held.taxStatus} /> : <p class="soft">{say.noStatus}</p>)}
      </Part>
    </div>
  );
}

function Opinion({ opinion }: { readonly opinion: NonNullable<Held["complianceOpinion"]> }) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <>
      <p class="row">
        <span class="verdict">
          <Badge tone={TONES[opinion.sense] ?? "plain"} icon={opinion.sense === "POSITIVE" ? "check" : "alert"}>
            {say.senses[opinion.sense] ?? opinion.sense}
          </Badge>
        </span>
        <span class="small soft">
          {say.issued(localDate(opinion.issuedAt, language))} · <span class="mono">{opinion.folio}</span>
        </span>
      </p>
      {opinion.validUntil && (
        <p class="row small">
          {opinion.valid ? (
            <span class="soft">{say.validUntil(localDate(opinion.validUntil, language))}</span>
          ) : (
            <Badge tone="wait">{say.expired(localDate(opinion.validUntil, language))}</Badge>
          )}
        </p>
      )}
      {opinion.problems.length > 0 && <p class="small soft">{say.readPartly}</p>}
      {opinion.omittedObligations.length > 0 && (
        <div>
          <h3>{say.omitted}</h3>
          <ul class="plain-list">
            {opinion.omittedObligations.map((one, n) => (
              <li key={n}>{[one.description, one.period, one.year].filter(Boolean).join(" · ")}</li>
            ))}
          </ul>
        </div>
      )}
      {opinion.taxCredits.length > 0 && (
        <div>
          <h3>{say.credits}</h3>
          <ul class="plain-list">
            {opinion.taxCredits.map((one, n) => (
              <li key={n}>{[one.number, one.authority, one.amount && money(one.amount, language)].filter(Boolean).join(" · ")}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Status({ status }: { readonly status: NonNullable<Held["taxStatus"]> }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const { postalCode, municipality, state } = status.address;
  return (
    <>
      <p class="row">
        <Badge tone={status.status === "ACTIVE" || status.status === "REACTIVATED" ? "good" : "wait"}>{status.statusText ?? "—"}</Badge>
        <span class="small soft">{say.since(localDate(status.startedOn, language))}</span>
      </p>
      <div>
        <h3>{say.regimes}</h3>
        <ul class="plain-list">
          {status.regimes
            .filter((regime) => !regime.toDate)
            .map((regime, n) => (
              <li key={n}>{[regime.code?.code, regime.code?.label ?? regime.name].filter(Boolean).join(" · ")}</li>
            ))}
        </ul>
      </div>
      <p class="small soft">{[municipality, state, postalCode].filter(Boolean).join(", ")}</p>
      {status.obligations.length > 0 && (
        <details>
          <summary>{say.obligations(count(status.obligations.length, language))}</summary>
          <ul class="plain-list">
            {status.obligations.map((one, n) => (
              <li key={n}>
                {one.description}
                <span class="small soft block">{one.due}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

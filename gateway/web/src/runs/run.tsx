/** One run of a connection, live: its state, what has come from each of SAT's sites, what it asks, and why it failed. */
import { useSubscription } from "@urql/preact";
import { useEffect, useRef } from "preact/hooks";
import { JobStatus } from "../api/operations";
import type { JobFieldsFragment } from "../api/operations";
import { ago, count, moment } from "../format";
import { Badge, Icon, Notice, Skeleton } from "../ui";
import { useAnnounce } from "../ui/announcer";
import type { IconName } from "../ui/icons";
import { useLanguage, useWords } from "../words";
import { ChallengeForm } from "./challenge";
import "./run.css";
import { bySite, hasEnded, STATE_TONE, words } from "./words";

export type Job = JobFieldsFragment;

/** The job as it is, and each newer version; it goes on over a socket that breaks. */
export function useJob(jobId: string | null): Job | null {
  const [result] = useSubscription({
    query: JobStatus,
    variables: { jobId: jobId ?? "" },
    pause: !jobId,
  });
  const job = result.data?.jobStatus ?? null;
  return job && job.id === jobId ? job : null;
}

interface RunProps {
  readonly jobId: string;
  /** The person answers in the widget what SAT asks. */
  readonly answeredElsewhere?: boolean;
  readonly onEnd?: (job: Job) => void;
}

export function Run({ jobId, answeredElsewhere = false, onEnd }: RunProps) {
  const say = useWords(words);
  const announce = useAnnounce();
  const job = useJob(jobId);
  const ended = useRef<string | null>(null);
  const state = job?.state;
  useEffect(() => {
    if (state) announce(say.states[state] ?? state);
    if (job && hasEnded(job.state) && ended.current !== job.id) {
      ended.current = job.id;
      onEnd?.(job);
    }
  }, [state]);
  if (!job) return <Skeleton lines={6} />;
  return (
    <div class="run stack" data-state={job.state}>
      <p class="row">
        <Badge tone={STATE_TONE[job.state] ?? "plain"}>{say.states[job.state] ?? job.state}</Badge>
        {job.failure?.code != null && <span class="soft small">{say.code(job.failure.code)}</span>}
      </p>
      {job.challenge && !answeredElsewhere && <ChallengeForm key={asked(job.challenge)} jobId={job.id} challenge={job.challenge} />}
      <Failure job={job} />
      <Problems job={job} />
      {job.steps.some((step) => step.state !== "SKIPPED") && <Steps job={job} />}
    </div>
  );
}

/** What is asked, so that a newer version of the job takes nothing away that the person has typed. */
function asked(challenge: NonNullable<Job["challenge"]>): string {
  return challenge.fields.map(({ name, label, image }) => `${name} ${label ?? ""} ${image ?? ""}`).join();
}

/** What happened and what the person must do about it, in words. */
export function Failure({ job }: { readonly job: Pick<Job, "state" | "failure"> }) {
  const say = useWords(words);
  const { language } = useLanguage();
  const advice = useAdvice(job);
  if (!job.failure) return null;
  const at = job.failure.retryAt;
  const acts = job.failure.needsPerson || job.state === "EXPIRED";
  return (
    <Notice tone={acts ? "bad" : "wait"} title={acts ? say.todo : say.nothing} urgent>
      <p>
        {advice} {at && say.retry(moment(at, language), ago(at, language))}
      </p>
    </Notice>
  );
}

/** What a run that ended well lacks all the same. Documents of another RFC are told on every view (see `OtherRfc`). */
export function Problems({ job }: { readonly job: Pick<Job, "problems"> }) {
  const say = useWords(words);
  const sitesWith = (code: Job["problems"][number]["code"]) =>
    bySite(job.problems.filter((problem) => problem.code === code))
      .map(({ site }) => say.sites[site] ?? site)
      .join(", ");
  const incomplete = sitesWith("INCOMPLETE");
  const nothing = sitesWith("NOTHING_FOUND");
  if (!incomplete && !nothing) return null;
  return (
    <Notice tone="wait" title={say.partly}>
      {incomplete && <p>{say.incomplete(incomplete)}</p>}
      {nothing && <p>{say.nothingFound(nothing)}</p>}
    </Notice>
  );
}

export function useAdvice({ state, failure }: Pick<Job, "state" | "failure">): string {
  const say = useWords(words);
  if (state === "EXPIRED") return say.expired;
  const known = failure?.advice && failure.advice !== "NONE" ? say.advice[failure.advice] : undefined;
  return known ?? (failure?.needsPerson ? say.unknownPerson : say.unknownNobody);
}

const STEP_ICON: Record<string, IconName> = { DONE: "check", PARTIAL: "dot", EMPTY: "minus", FAILED: "cross", SKIPPED: "minus" };

function Steps({ job }: { readonly job: Job }) {
  const say = useWords(words);
  const { language } = useLanguage();
  return (
    <ol class="steps">
      {bySite(job.steps).map((step) => (
        <li key={step.site} class="step" data-state={step.state}>
          <span class="step__sign">
            {STEP_ICON[step.state] ? (
              <Icon name={STEP_ICON[step.state] ?? "dot"} size={16} />
            ) : step.state === "WAITING" || hasEnded(job.state) ? (
              <Icon name="dot" size={16} />
            ) : (
              <span class="spinner" aria-hidden="true" />
            )}
          </span>
          <span class="step__name">{say.sites[step.site] ?? step.site}</span>
          <span class="step__state soft">
            {step.documents > 0 && say.documents(count(step.documents, language), step.documents === 1)}
            {step.documents > 0 && step.state === "PARTIAL" && " · "}
            {(step.documents === 0 || step.state === "PARTIAL") && (say.steps[step.state] ?? step.state)}
          </span>
        </li>
      ))}
    </ol>
  );
}

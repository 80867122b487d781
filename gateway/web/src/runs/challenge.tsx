/** What SAT asks for besides the password: a code, the text of a picture, or one of some options. */
import { useMutation } from "@urql/preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { AnswerChallenge } from "../api/operations";
import type { JobFieldsFragment } from "../api/operations";
import { Button, Field } from "../ui";
import { dictionary, useWords } from "../words";
import { useRefusal } from "./asking";

type Challenge = NonNullable<JobFieldsFragment["challenge"]>;
type Asked = Challenge["fields"][number];

const words = dictionary({
  es: {
    title: "El SAT pide un dato más",
    picture: "Imagen con el texto que hay que escribir",
    option: (n: number) => `Opción ${n}`,
    send: "Responder",
    missing: "Elige una opción.",
  },
  en: {
    title: "SAT asks for one thing more",
    picture: "Picture of the text to type",
    option: (n: number) => `Option ${n}`,
    send: "Answer",
    missing: "Choose an option.",
  },
});

export function ChallengeForm({ jobId, challenge }: { readonly jobId: string; readonly challenge: Challenge }) {
  const say = useWords(words);
  const refusal = useRefusal();
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [result, answer] = useMutation(AnswerChallenge);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);

  const send = async (event: Event) => {
    event.preventDefault();
    const given = challenge.fields.map(({ name }) => ({ name, value: (answers[name] ?? "").trim() }));
    if (given.some(({ value }) => !value)) return setProblem(say.missing);
    const done = await answer({ jobId, answers: given });
    setProblem(refusal(done, done.data?.answerChallenge?.errors));
  };
  const take = (name: string) => (value: string) => setAnswers({ ...answers, [name]: value });
  return (
    <form class="challenge stack" onSubmit={(event) => void send(event)}>
      <h3 tabIndex={-1} ref={title}>
        {say.title}
      </h3>
      {challenge.fields.map((field) => (
        <Asks key={field.name} field={field} value={answers[field.name] ?? ""} onInput={take(field.name)} error={problem} />
      ))}
      <div class="row">
        <Button kind="main" type="submit" busy={result.fetching}>
          {say.send}
        </Button>
      </div>
    </form>
  );
}

interface AsksProps {
  readonly field: Asked;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly error: string | null;
}

function Asks({ field, value, onInput, error }: AsksProps) {
  const say = useWords(words);
  if (field.options.length > 0) return <Options field={field} value={value} onInput={onInput} error={error} />;
  return (
    <div class="stack">
      {field.image && <img class="challenge__picture" src={picture(field.image)} alt={say.picture} />}
      <Field
        label={field.label ?? field.name}
        value={value}
        onInput={onInput}
        error={error}
        type={field.type === "password" ? "password" : "text"}
        autoComplete="one-time-code"
        spellcheck={false}
        required
        mono
      />
    </div>
  );
}

function Options({ field, value, onInput, error }: AsksProps) {
  const say = useWords(words);
  const id = useId();
  return (
    <fieldset class="stack" aria-describedby={error ? id : undefined}>
      <legend class="label">{field.label ?? field.name}</legend>
      <div class="challenge__options">
        {field.options.map((option, n) => (
          <label key={option.value} class="challenge__option">
            <input
              type="radio"
              name={`${id}-${field.name}`}
              checked={value === option.value}
              onChange={() => onInput(option.value)}
            />
            {option.image && <img src={picture(option.image)} alt={option.label ?? say.option(n + 1)} />}
            {option.label && <span>{option.label}</span>}
            {!option.image && !option.label && <span>{option.value}</span>}
          </label>
        ))}
      </div>
      {error && (
        <p class="field__error" id={id} role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** A picture as Syncfy gives it: base64 of a file, or its address already. */
function picture(image: string): string {
  return /^(data:|https:)/.test(image) ? image : `data:image/png;base64,${image}`;
}

/** The filters. Each change is in the address at once; typing waits until it pauses. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { words as documentWords } from "../../documents/words";
import { useLocation } from "../../router";
import { Button } from "../../ui";
import { useWords } from "../../words";
import { KEYS } from "./asked";
import type { Asked } from "./asked";
import { words } from "./words";

const PAUSE = 350;

export function Filters({ wanted }: { readonly wanted: Asked }) {
  const say = useWords(words);
  const sayDocuments = useWords(documentWords);
  const set = useSet();
  const choose = (name: keyof Asked) => (value: string) => set({ [name]: value });
  const set_ = Object.entries(wanted).some(([name, value]) => value && name !== "order");
  return (
    <form class="filters card card--quiet" role="search" aria-label={say.filters} onSubmit={(event) => event.preventDefault()}>
      <Typed label={say.name} value={wanted.name} onPause={choose("name")} wide />
      <Choice label={say.direction} value={wanted.direction} onChoose={choose("direction")} empty={say.all}
        options={{ ISSUED: say.issued, RECEIVED: say.received, OTHER: say.others }} />
      <Choice label={say.type} value={wanted.type} onChoose={choose("type")} empty={say.all} options={sayDocuments.types} />
      <Choice label={say.status} value={wanted.status} onChoose={choose("status")} empty={say.all} options={sayDocuments.statuses} />
      <Typed label={say.from} value={wanted.from} onPause={choose("from")} type="date" />
      <Typed label={say.to} value={wanted.to} onPause={choose("to")} type="date" />
      <Typed label={say.least} value={wanted.least} onPause={choose("least")} inputMode="decimal" />
      <Choice label={say.order} value={wanted.order || "ISSUED_AT_DESC"} onChoose={choose("order")} options={say.orders} />
      <label class="filters__check">
        <input type="checkbox" checked={Boolean(wanted.owed)} onChange={(event) => set({ owed: event.currentTarget.checked ? "1" : "" })} />
        <span>{say.owed}</span>
      </label>
      {set_ && (
        <Button kind="quiet" icon="cross" onClick={() => set(Object.fromEntries(Object.keys(KEYS).map((name) => [name, ""])))}>
          {say.clear}
        </Button>
      )}
    </form>
  );
}

function useSet(): (changes: Partial<Record<keyof Asked, string>>) => void {
  const { path, query, go } = useLocation();
  return (changes) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      const key = KEYS[name as keyof Asked];
      if (value) next.set(key, value);
      else next.delete(key);
    }
    const search = next.toString();
    go(search ? `${path}?${search}` : path, { replace: true });
  };
}

function Labelled({ label, id, wide, children }: { readonly label: string; readonly id: string; readonly wide?: boolean; readonly children: ComponentChildren }) {
  return (
    <div class={wide ? "field filters__wide" : "field"}>
      <label for={id}>{label}</label>
      {children}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly onChoose: (value: string) => void;
  readonly options: Readonly<Record<string, string>>;
  readonly empty?: string;
}

function Choice({ label, value, onChoose, options, empty }: ChoiceProps) {
  const id = useId();
  return (
    <Labelled label={label} id={id}>
      <select id={id} class="input" value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {empty !== undefined && <option value="">{empty}</option>}
        {Object.entries(options).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

interface TypedProps {
  readonly label: string;
  readonly value: string;
  readonly onPause: (value: string) => void;
  readonly type?: "text" | "date";
  readonly inputMode?: "text" | "decimal";
  readonly wide?: boolean;
}

function Typed({ label, value, onPause, type = "text", inputMode = "text", wide = false }: TypedProps) {
  const id = useId();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const told = useRef(value);
  useEffect(() => {
    // Changed from elsewhere (a link, "clear"), and not by what is being typed here.
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  const typed = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      told.current = next;
      onPause(next);
    }, PAUSE);
  };
  return (
    <Labelled label={label} id={id} wide={wide}>
      <input id={id} class="input" type={type as "text"} inputMode={inputMode} value={text} onInput={(event) => typed(event.currentTarget.value)} />
    </Labelled>
  );
}

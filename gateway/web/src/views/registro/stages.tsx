import { Icon } from "../../ui";
import { dictionary, useWords } from "../../words";
import "./registro.css";

const words = dictionary({
  es: { names: ["Contribuyente", "Conexión", "Perfil"], label: "Pasos", done: "hecho" },
  en: { names: ["Taxpayer", "Connection", "Profile"], label: "Steps", done: "done" },
});

export function Stages({ at, who }: { readonly at: number; readonly who: string | null }) {
  const say = useWords(words);
  return (
    <ol class="stages" aria-label={say.label}>
      {(say.names as readonly string[]).map((name, n) => (
        <li key={name} class="stage" aria-current={n === at ? "step" : undefined} data-done={n < at || undefined}>
          <span class="stage__sign">{n < at ? <Icon name="check" size={16} /> : n + 1}</span>
          <span>
            {name}
            {n < at && <span class="unseen"> ({say.done})</span>}
            {n === 0 && who && <span class="stage__who mono">{who}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

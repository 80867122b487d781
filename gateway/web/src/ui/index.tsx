/** The parts that every view is made of. Their looks are in styles/ui.css. */
import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";
import { Link } from "../router";
import { Icon } from "./icons";
import type { IconName } from "./icons";

export { Icon };
export type Tone = "good" | "wait" | "bad" | "plain" | "info";

type ButtonKind = "main" | "plain" | "quiet" | "danger";
interface ButtonProps {
  readonly kind?: ButtonKind;
  readonly type?: "button" | "submit";
  /** It was pressed, and what it started has not ended: it keeps its size and takes no second press. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly icon?: IconName;
  readonly onClick?: (event: MouseEvent) => void;
  readonly children: ComponentChildren;
}

export function Button({ kind = "plain", type = "button", busy = false, icon, children, ...rest }: ButtonProps) {
  const press = busy ? (event: MouseEvent) => event.preventDefault() : rest.onClick;
  return (
    <button class={`button button--${kind}`} type={type} aria-busy={busy} {...rest} onClick={press}>
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </button>
  );
}

interface LinkButtonProps {
  readonly href: string;
  readonly kind?: ButtonKind;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}

export function LinkButton({ kind = "plain", href, icon, children }: LinkButtonProps) {
  return (
    <Link class={`button button--${kind}`} href={href}>
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
    </Link>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  readonly error?: string | null | undefined;
  readonly type?: "text" | "password";
  readonly required?: boolean;
  readonly autoComplete?: string;
  readonly maxLength?: number;
  readonly inputMode?: "text" | "numeric";
  readonly spellcheck?: boolean;
  readonly mono?: boolean;
}

export function Field({ label, value, onInput, hint, error, mono, type = "text", ...rest }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type as "text"}
        class={mono ? "input input--mono" : "input"}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        {...rest}
      />
      {hint && (
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field__error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface CardProps {
  readonly title?: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
  readonly class?: string;
}

export function Card({ title, aside, children, ...rest }: CardProps) {
  const id = useId();
  return (
    <section class={`card ${rest.class ?? ""}`} aria-labelledby={title ? id : undefined}>
      {(title || aside) && (
        <header class="card__head">
          {title && <h2 id={id}>{title}</h2>}
          {aside}
        </header>
      )}
      {children}
    </section>
  );
}

export function Badge({ tone, icon, children }: { readonly tone: Tone; readonly icon?: IconName; readonly children: ComponentChildren }) {
  return (
    <span class={`badge badge--${tone}`}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}

const NOTICE_ICON: Record<Tone, IconName> = { good: "check", wait: "clock", bad: "alert", plain: "dot", info: "shield" };

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ComponentChildren;
  /** Said at once by a screen reader: for what the person must know now. */
  readonly urgent?: boolean;
}

export function Notice({ tone, title, children, urgent }: NoticeProps) {
  return (
    <div class={`notice notice--${tone}`} role={urgent ? "alert" : undefined}>
      <Icon name={NOTICE_ICON[tone]} />
      <div class="notice__body">
        <p class="notice__title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** A view's heading. It takes the focus when the view is gone to. */
export function Heading({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  useEffect(() => {
    document.title = `${title} · SAT`;
  }, [title]);
  return (
    <header class="heading">
      <h1 tabIndex={-1}>{title}</h1>
      {children && <div class="heading__more">{children}</div>}
    </header>
  );
}

/** Room for what is still to come, so that nothing jumps when it does. */
export function Skeleton({ lines = 3 }: { readonly lines?: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, n) => (
        <span key={n} />
      ))}
    </div>
  );
}

export function Waiting() {
  return (
    <div class="stack" aria-busy="true">
      <div class="skeleton skeleton--title" aria-hidden="true">
        <span />
      </div>
      <div class="card">
        <Skeleton lines={5} />
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty__icon">
        <Icon name={icon} size={28} />
      </span>
      <p class="empty__title">{title}</p>
      {children}
    </div>
  );
}

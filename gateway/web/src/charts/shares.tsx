/** Names with a bar for their share: who buys most, how old a balance is. A list, so that it reads as one. */
import { Link } from "../router";
import "./charts.css";

export interface Share {
  readonly key: string;
  readonly name: string;
  readonly more?: string | undefined;
  readonly amount: string;
  readonly value: string;
  readonly href?: string;
  readonly hue?: number;
}

export function Shares({ shares, label }: { readonly shares: readonly Share[]; readonly label: string }) {
  const largest = Math.max(1, ...shares.map((share) => Number(share.amount)));
  return (
    <ul class="shares" aria-label={label}>
      {shares.map((share) => (
        <li key={share.key}>
          <span class="shares__name">
            {share.href ? <Link href={share.href}>{share.name}</Link> : share.name}
            {share.more && <span class="small soft"> {share.more}</span>}
          </span>
          <span class="num">{share.value}</span>
          <span class="shares__track" aria-hidden="true">
            <span style={{ width: `${Math.max(0, (Number(share.amount) / largest) * 100)}%`, background: `var(--hue-${share.hue ?? 1})` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/**
 * Bars side by side for each period, and below them the same figures as a table, which is what keyboards and screen
 * readers read. Heights are drawn from numbers; what is written is always the text that came.
 */
import { scaleBand, scaleLinear } from "d3-scale";
import { Link, useLocation, keeping } from "../router";
import { dictionary, useWords } from "../words";
import { short } from "./short";
import { useWidth } from "./width";
import "./charts.css";

const words = dictionary({
  es: { table: "Ver las cifras", period: "Periodo" },
  en: { table: "Show the figures", period: "Period" },
});

export interface Series {
  readonly name: string;
  /** 1 to 8: a colour of the design. */
  readonly hue: number;
}
export interface Group {
  readonly key: string;
  readonly label: string;
  /** A figure for each series, as exact text. */
  readonly values: readonly string[];
  /** Where the documents behind each of them are. */
  readonly hrefs?: readonly string[];
}

interface BarsProps {
  readonly title: string;
  readonly series: readonly Series[];
  readonly groups: readonly Group[];
  readonly written: (text: string) => string;
  /** False where the same figures stand in a table beside it. */
  readonly table?: boolean;
}

const HEIGHT = 230;
const MARGIN = { top: 12, bottom: 26, left: 52 };

export function Bars({ title, series, groups, written, table = true }: BarsProps) {
  const [place, width] = useWidth();
  return (
    <figure class="chart" aria-label={title}>
      <Legend series={series} />
      <div ref={place} class="chart__drawing" style={{ height: `${HEIGHT}px` }}>
        {width > 0 && <Drawing series={series} groups={groups} width={width} written={written} />}
      </div>
      {table && <Figures title={title} series={series} groups={groups} written={written} />}
    </figure>
  );
}

export function Legend({ series }: { readonly series: readonly Series[] }) {
  return (
    <ul class="chart__legend">
      {series.map((one) => (
        <li key={one.name}>
          <span class="chart__swatch" style={{ background: `var(--hue-${one.hue})` }} />
          {one.name}
        </li>
      ))}
    </ul>
  );
}

function Drawing({ series, groups, width, written }: Omit<BarsProps, "title"> & { readonly width: number }) {
  const { go, query } = useLocation();
  const numbers = groups.flatMap((group) => group.values.map(Number));
  const y = scaleLinear([Math.min(0, ...numbers), Math.max(1, ...numbers)], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(4);
  const x = scaleBand(groups.map((group) => group.key), [MARGIN.left, width]).paddingInner(0.28).paddingOuter(0.1);
  const within = scaleBand(series.map((_, n) => String(n)), [0, x.bandwidth()]).padding(0.12);
  const every = Math.ceil((groups.length * 44) / Math.max(1, width - MARGIN.left));
  return (
    <svg width={width} height={HEIGHT} aria-hidden="true" focusable="false">
      {y.ticks(4).map((tick) => (
        <g key={tick} class="chart__tick">
          <line x1={MARGIN.left} x2={width} y1={y(tick)} y2={y(tick)} />
          <text x={MARGIN.left - 8} y={y(tick)} dy="0.32em" text-anchor="end">
            {short(tick)}
          </text>
        </g>
      ))}
      {groups.map((group, at) => (
        <g key={group.key}>
          {group.values.map((value, n) => {
            const number = Number(value);
            const top = y(Math.max(0, number));
            const href = group.hrefs?.[n];
            return (
              <rect
                key={n}
                class={href ? "chart__bar chart__bar--leads" : "chart__bar"}
                x={(x(group.key) ?? 0) + (within(String(n)) ?? 0)}
                y={top}
                width={within.bandwidth()}
                height={Math.max(number === 0 ? 0 : 1.5, y(Math.min(0, number)) - top)}
                rx={Math.min(3, within.bandwidth() / 3)}
                fill={`var(--hue-${series[n]?.hue ?? 1})`}
                onClick={href ? () => go(keeping(href, query.get("c"))) : undefined}
              >
                <title>{`${group.label} · ${series[n]?.name ?? ""}: ${written(value)}`}</title>
              </rect>
            );
          })}
          {at % every === 0 && (
            <text class="chart__period" x={(x(group.key) ?? 0) + x.bandwidth() / 2} y={HEIGHT - 8} text-anchor="middle">
              {group.label}
            </text>
          )}
        </g>
      ))}
      <line class="chart__zero" x1={MARGIN.left} x2={width} y1={y(0)} y2={y(0)} />
    </svg>
  );
}

function Figures({ title, series, groups, written }: BarsProps) {
  const say = useWords(words);
  return (
    <details class="chart__figures">
      <summary>{say.table}</summary>
      <div class="table">
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{say.period}</th>
              {series.map((one) => (
                <th key={one.name} scope="col" class="num">
                  {one.name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <tr key={group.key}>
                <th scope="row">{group.label}</th>
                {group.values.map((value, n) => (
                  <td key={n} class="num">
                    {group.hrefs?.[n] ? <Link href={group.hrefs[n]}>{written(value)}</Link> : written(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** Line icons of our own, 24 by 24. They decorate words and say nothing by themselves. */
const PATHS = {
  home: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9",
  plus: "M12 5v14M5 12h14",
  key: "M8 15.5a3.5 3.5 0 1 1 3.2-4.9H20v3.2h-2.6v2.4h-3v-2.4h-3.2A3.5 3.5 0 0 1 8 15.5zM8 12v.1",
  chart: "M4 19h16M7 19v-6M12 19V6M17 19v-9",
  invoice: "M7 4h10v16l-2.5-1.6L12 20l-2.5-1.6L7 20zM9.8 8.5h4.4M9.8 12h4.4",
  check: "m5 12.5 4.5 4.5L19 7.5",
  cross: "m6.5 6.5 11 11M17.5 6.5l-11 11",
  alert: "M12 8.5v4.2M12 16.2v.1M10.6 4.9 3.4 17.4a1.6 1.6 0 0 0 1.4 2.4h14.4a1.6 1.6 0 0 0 1.4-2.4L13.4 4.9a1.6 1.6 0 0 0-2.8 0z",
  clock: "M12 7.5V12l3 2M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16z",
  refresh: "M19 6v4.5h-4.5M5 18v-4.5h4.5M18.4 10.2A7 7 0 0 0 6.3 8M5.6 13.8A7 7 0 0 0 17.7 16",
  shield: "M12 4.5 5.5 7v5c0 4 2.7 6.7 6.5 8 3.8-1.3 6.5-4 6.5-8V7z",
  sun: "M12 8.2a3.8 3.8 0 1 0 0 7.6 3.8 3.8 0 0 0 0-7.6zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4",
  moon: "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z",
  system: "M5 5.5h14v10H5zM9 19h6M12 15.5V19",
  arrow: "M9 6l6 6-6 6",
  dot: "M12 11.4a.6.6 0 1 0 0 1.2.6.6 0 0 0 0-1.2z",
  minus: "M7 12h10",
  down: "M12 5v11M7 11.5l5 5 5-5M5 20h14",
  wifi: "M4.5 9.5a11 11 0 0 1 15 0M7.3 12.6a7 7 0 0 1 9.4 0M10 15.7a3 3 0 0 1 4 0M12 18.6v.1",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

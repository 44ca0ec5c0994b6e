import type { ReactNode } from "react";

/** How far something is, or how much of it is used. Without a `value` it is under way, nobody knows how far. */
export function Progress({
  label,
  value,
  max = 100,
  tone,
  detail,
}: {
  label: string;
  value?: number;
  max?: number;
  tone?: "warning" | "danger";
  /** Beside the label: "42 %", "$4.10 of $10". */
  detail?: ReactNode;
}) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3 text-[0.8125rem]">
        <span className="text-ink-soft">{label}</span>
        {detail && <span className="figures">{detail}</span>}
      </div>
      <progress className="bar" aria-label={label} value={value} max={max} data-tone={tone} />
    </div>
  );
}

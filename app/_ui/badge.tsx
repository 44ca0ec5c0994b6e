import type { ReactNode } from "react";

const looks = {
  neutral: "border-hairline bg-sunken text-ink-soft",
  accent: "border-accent/20 bg-accent-soft text-accent-ink",
  success: "border-success/20 bg-success-soft text-success",
  warning: "border-warning/20 bg-warning-soft text-warning",
  danger: "border-danger/20 bg-danger-soft text-danger",
};

/** A word about the thing beside it: a state, a kind, "You". */
export function Badge({ tone = "neutral", children }: { tone?: keyof typeof looks; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 whitespace-nowrap rounded-sm border px-1.5 py-px text-xs font-medium leading-[1.125rem] ${looks[tone]}`}
    >
      {children}
    </span>
  );
}

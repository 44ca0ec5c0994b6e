import type { ReactNode } from "react";

/**
 * Shows how much of a maximum is used, in words and as a bar. The bar has the warning colour near the maximum and the
 * danger colour when it is reached.
 */
export function Meter({
  label,
  used,
  max,
  text,
}: {
  /** What is measured, for screen readers: "Requests of atelier-base". */
  label: string;
  used: number;
  max: number;
  /** "48 of 60". */
  text: ReactNode;
}) {
  // With a maximum of zero, the bar is full.
  const [value, whole] = max > 0 ? [Math.min(used, max), max] : [1, 1];
  return (
    <div className="min-w-0">
      <p className="figures mb-1 text-[0.8125rem]">{text}</p>
      <meter
        className="bar"
        aria-label={label}
        min={0}
        max={whole}
        value={value}
        low={whole * 0.8}
        // The value of the maximum would still count as the middle third; just below it, a full bar is danger.
        high={whole * 0.999}
        optimum={0}
      />
    </div>
  );
}

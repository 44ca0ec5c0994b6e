/** Draws progress as a bar; the text beside it says the same. `max` null: the progress is unknown. */
export function ProgressBar({ label, value, max }: { label: string; value: number; max: number | null }) {
  return (
    <progress
      aria-label={label}
      className="progress-bar"
      {...(max === null ? {} : { value: Math.min(value, max), max: Math.max(max, 1) })}
    />
  );
}

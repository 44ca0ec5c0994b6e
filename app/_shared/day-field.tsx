import { describedBy, Frame } from "@/app/_ui/field-frame";

/** Draws a field for a day in UTC. */
export function DayField({
  label,
  name,
  value,
  error,
}: {
  label: string;
  name: string;
  value: string | undefined;
  error: string | undefined;
}) {
  const id = `day-${name}`;
  return (
    <Frame id={id} label={label} error={error}>
      <input
        type="date"
        id={id}
        name={name}
        defaultValue={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy(id, undefined, error)}
        className="control"
      />
    </Frame>
  );
}

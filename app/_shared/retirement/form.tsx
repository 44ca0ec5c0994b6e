import { ChoiceField } from "@/app/_ui/choice-field";
import { SelectField, TextField } from "@/app/_ui/field";

type Props = {
  retirement: { retiresAt: Date; successor: string | null; afterwards: "refuse" | "successor" } | null;
  /** The models that could answer in its place. */
  successors: string[];
};

/** Draws the fields of a retirement: the day, the successor, and how requests are handled from that day on. */
export function RetirementFields({ retirement, successors }: Props) {
  const kept = retirement?.successor;
  return (
    <>
      <TextField
        label="Retired from"
        name="retiresOn"
        type="date"
        defaultValue={retirement?.retiresAt.toISOString().slice(0, 10) ?? ""}
        hint="The first day (UTC) on which it no longer answers."
        required
      />
      <SelectField
        key={kept}
        label="Successor"
        name="successor"
        defaultValue={kept ?? ""}
        options={[
          { value: "", label: "None" },
          ...(kept && !successors.includes(kept) ? [{ value: kept, label: kept }] : []),
          ...successors.map((id) => ({ value: id, label: id })),
        ]}
      />
      <ChoiceField
        label="Requests from that day on"
        name="afterwards"
        defaultValue={retirement?.afterwards ?? "refuse"}
        choices={[
          { value: "refuse", label: "Are refused", description: "With an error that names the successor." },
          {
            value: "successor",
            label: "Are answered by the successor",
            description: "Also for keys whose list of models does not include it.",
          },
        ]}
      />
    </>
  );
}

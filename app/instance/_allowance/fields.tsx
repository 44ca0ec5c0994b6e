"use client";

import { TextAreaField } from "@/app/_ui/field";

type Field = { name: string; defaultValue: string };

/** Draws the fields for which models of the instance a workspace may use, and of which of its servers. */
export function AllowanceFields({
  models,
  providers,
  servers,
}: {
  models: Field;
  providers: Field;
  /** The names of those that there are. */
  servers: string[];
}) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextAreaField
        label="Models"
        {...models}
        optional
        rows={3}
        spellCheck={false}
        placeholder="All models"
        hint="One id per line, * for any characters, such as mistral-small-*. All other models are hidden there. Fine-tuned models count as their base."
      />
      <TextAreaField
        label="Model providers"
        {...providers}
        optional
        rows={3}
        spellCheck={false}
        placeholder="All providers"
        hint={`One name per line. Available: ${servers.slice(0, 20).join(", ")}${servers.length > 20 ? " and more" : ""}.`}
      />
    </div>
  );
}

"use client";

import { TextAreaField } from "@/app/_ui/field";

type Field = { name: string; defaultValue: string };

/** Draws the fields for the models and model servers of the instance that a workspace may use. */
export function AllowanceFields({
  models,
  providers,
  servers,
}: {
  models: Field;
  providers: Field;
  /** The names of the available model servers. */
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

"use client";

import { type InputEvent, useId, useState } from "react";
import { FieldGroup } from "@/app/_ui/field";
import { describedBy, Frame } from "@/app/_ui/field-frame";
import { useField } from "@/app/_ui/form";
import { Glyph } from "@/app/_ui/glyph";

export type ModelChoice = { id: string; name: string };

type Props = {
  /** The models that the person may use. */
  choices: ModelChoice[];
  /** The models that the key is restricted to now; null: all models. */
  models: string[] | null;
};

/**
 * Draws the models that a key can be restricted to: checkboxes for known models, with a search field if there is
 * JavaScript, and a text field for others. Nothing selected means all models.
 */
export function ModelPicker({ choices, models }: Props) {
  const { error, typed } = useField("models");
  const chosen = typed === undefined ? (models ?? []) : [typed].flat().flatMap((text) => text.split(/[\r\n,]+/));
  const known = new Set(choices.map(({ id }) => id));
  const ticked = chosen.filter((id) => known.has(id));
  const others = chosen.filter((id) => id.trim() !== "" && !known.has(id));
  const id = useId();
  const [count, setCount] = useState(ticked.length);
  return (
    <FieldGroup
      legend="Models"
      name="models"
      hint="Nothing selected: all models of the workspace, including future ones."
    >
      {choices.length > 0 && (
        <details open={ticked.length > 0 || undefined} className="group/models mb-3 rounded-lg border border-hairline">
          <summary className="flex items-center justify-between gap-3 rounded-lg px-3.5 py-2.5">
            <span>
              Choose models{" "}
              <span className="text-ink-faint" aria-live="polite">
                {count > 0 && `(${count} chosen)`}
              </span>
            </span>
            <Glyph name="down" className="size-4 text-ink-faint group-open/models:rotate-180" />
          </summary>
          <div className="border-hairline border-t p-3.5">
            {choices.length > 8 && (
              <input
                type="search"
                aria-label="Find a model"
                placeholder="Find a model"
                autoComplete="off"
                spellCheck={false}
                onInput={narrow}
                // Enter would submit the form.
                onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
                className="control mb-2 noscript:hidden"
              />
            )}
            <div
              className="max-h-60 overflow-y-auto"
              onChange={(event) => setCount(event.currentTarget.querySelectorAll(":checked").length)}
            >
              {choices.map(({ id, name }) => (
                <label
                  key={id}
                  data-text={`${id} ${name}`.toLowerCase()}
                  className="flex min-h-8 items-start gap-2.5 rounded-md py-1 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:-outline-offset-2"
                >
                  <input
                    type="checkbox"
                    name="models"
                    value={id}
                    defaultChecked={ticked.includes(id)}
                    aria-invalid={error ? true : undefined}
                    className="mt-0.5 size-4 shrink-0 outline-none"
                  />
                  <span className="min-w-0 wrap-anywhere">
                    {name}
                    {name !== id && <span className="block font-mono text-[0.8125rem] text-ink-faint">{id}</span>}
                  </span>
                </label>
              ))}
            </div>
          </div>
        </details>
      )}
      <Frame
        id={id}
        label={choices.length > 0 ? "Other models, by id" : "By id"}
        hint="One per line. A * stands for any characters."
        optional
      >
        <textarea
          id={id}
          name="models"
          rows={2}
          spellCheck={false}
          defaultValue={others.join("\n")}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(id, true, undefined)}
          className="control max-h-80 min-h-20 field-sizing-content py-2"
        />
      </Frame>
    </FieldGroup>
  );
}

/** Shows only the labels that contain the text of the search field. */
function narrow(event: InputEvent<HTMLInputElement>): void {
  const text = event.currentTarget.value.trim().toLowerCase();
  const labels = event.currentTarget.parentElement?.querySelectorAll<HTMLElement>("[data-text]") ?? [];
  for (const label of labels) label.classList.toggle("hidden", !label.dataset.text?.includes(text));
}

"use client";

import { SelectField, TextField } from "@/app/_ui/field";
import { Form, SubmitButton, useFormState } from "@/app/_ui/form";
import { HiddenFields } from "@/app/_ui/hidden-fields";
import { Notice } from "@/app/_ui/notice";
import { createPreset, removePreset, updatePreset } from "./actions";
import type { Settings } from "./request";

/** A preset as the workspace stores it. */
export type Preset = {
  id: string;
  name: string;
  instructions: string;
  parameters: { temperature?: number; topP?: number; maxTokens?: number; isJson?: boolean };
  tools: string;
  makerName: string | null;
};

/** Returns the settings of a preset as field values. */
export function settingsOf({ instructions, parameters, tools }: Preset): Settings {
  const { temperature, topP, maxTokens, isJson = false } = parameters;
  const typed = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    ...{ instructions, tools, isJson },
    ...{ temperature: typed(temperature), topP: typed(topP), maxTokens: typed(maxTokens) },
  };
}

/** Draws the workspace's presets: a choice that applies one, and forms that save the present settings. */
export function Presets({
  workspace,
  presets,
  chosen,
  settings,
  mayKeep,
  onChoose,
}: {
  workspace: string;
  presets: Preset[];
  chosen: string;
  settings: Settings;
  mayKeep: boolean;
  onChoose: (id: string) => void;
}) {
  const preset = presets.find(({ id }) => id === chosen);
  const { isJson, ...texts } = settings;
  const kept = { workspace, ...texts, isJson: isJson ? "on" : "" };
  const isChanged = preset && JSON.stringify(settingsOf(preset)) !== JSON.stringify(settings);
  return (
    <div className="flex flex-col gap-3">
      <SelectField
        key={presets.map(({ id }) => id).join(" ")}
        label="Preset"
        name="preset"
        defaultValue={preset ? chosen : ""}
        options={[{ value: "", label: "No preset" }, ...presets.map(({ id, name }) => ({ value: id, label: name }))]}
        hint={preset?.makerName ? `Saved by ${preset.makerName}${isChanged ? ", changed here" : ""}.` : undefined}
        onChange={(event) => onChoose(event.currentTarget.value)}
      />
      {mayKeep && preset && (
        <div className="flex flex-wrap gap-2">
          <Form action={updatePreset}>
            <HiddenFields values={{ ...kept, presetId: preset.id, name: preset.name }} />
            <Problem />
            <SubmitButton
              size="sm"
              variant="secondary"
              pendingLabel="Saving…"
              aria-label={`Save changes to ${preset.name}`}
            >
              Save changes
            </SubmitButton>
          </Form>
          <Form action={removePreset}>
            <HiddenFields values={{ workspace, presetId: preset.id }} />
            <SubmitButton size="sm" variant="ghost" pendingLabel="Deleting…" aria-label={`Delete ${preset.name}`}>
              Delete
            </SubmitButton>
          </Form>
        </div>
      )}
      {mayKeep && (
        <details className="text-[0.8125rem]">
          <summary className="w-fit text-accent-ink">Save these settings as a preset</summary>
          <Form action={createPreset} resetOnDone className="mt-3">
            <HiddenFields values={kept} />
            <Problem />
            <TextField label="Preset name" name="name" maxLength={60} autoComplete="off" required />
            <div>
              <SubmitButton variant="secondary" size="sm" pendingLabel="Saving…">
                Save preset
              </SubmitButton>
            </div>
          </Form>
        </details>
      )}
    </div>
  );
}

/** Shows the error of settings whose fields are outside of the form. */
function Problem() {
  const { state } = useFormState();
  if (state.status !== "refused") return null;
  const found = Object.entries(state.fields).find(([name]) => name !== "name");
  return found ? <Notice tone="danger">{found[1]}</Notice> : null;
}

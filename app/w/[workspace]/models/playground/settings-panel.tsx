"use client";

import type { ChangeEvent } from "react";
import { TextAreaField, TextField } from "@/app/_ui/field";
import type { Settings } from "./request";

/** Draws the settings of each request: instructions, parameters and tools. */
export function SettingsPanel({
  settings,
  onChange,
  noTools,
}: {
  settings: Settings;
  onChange: (settings: Settings) => void;
  /** Why tools are not offered. */
  noTools: string | undefined;
}) {
  const typed = (name: keyof Settings) => ({
    value: String(settings[name]),
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      onChange({ ...settings, [name]: event.currentTarget.value }),
  });
  return (
    <>
      <TextAreaField
        label="System prompt"
        name="instructions"
        optional
        rows={4}
        placeholder="How the model should answer."
        {...typed("instructions")}
      />
      <div className="grid grid-cols-3 gap-3 xl:grid-cols-1">
        <TextField
          label="Temperature"
          name="temperature"
          type="number"
          min={0}
          max={2}
          step={0.1}
          placeholder="Model's"
          {...typed("temperature")}
        />
        <TextField
          label="Top p"
          name="top_p"
          type="number"
          min={0}
          max={1}
          step={0.05}
          placeholder="1"
          {...typed("topP")}
        />
        <TextField
          label="Max tokens"
          name="max_tokens"
          type="number"
          min={1}
          step={1}
          placeholder="Model's"
          {...typed("maxTokens")}
        />
      </div>
      <label className="flex min-h-8 items-start gap-2.5 text-sm">
        <input
          type="checkbox"
          name="json"
          checked={settings.isJson}
          onChange={(event) => onChange({ ...settings, isJson: event.currentTarget.checked })}
          className="mt-0.5 size-4 shrink-0"
        />
        <span>
          <span className="font-medium">JSON mode</span>
          <span className="block text-[0.8125rem] text-ink-faint">
            Most models want the word “JSON” in their instructions.
          </span>
        </span>
      </label>
      {noTools === undefined ? (
        <TextAreaField
          label="Tools"
          name="tools"
          optional
          rows={3}
          spellCheck={false}
          autoComplete="off"
          placeholder={'[{"type": "function", "function": {"name": "weather", "parameters": {…}}}]'}
          hint="A JSON array of definitions. Calls are shown but not run."
          {...typed("tools")}
        />
      ) : (
        <p className="text-[0.8125rem] text-ink-soft">
          <span className="block font-medium text-ink text-sm">Tools</span>
          {noTools}
        </p>
      )}
    </>
  );
}

"use client";

import { useId, useState } from "react";
import { CodeBlock } from "@/app/_ui/code-block";
import { SelectField } from "@/app/_ui/field";
import { Button } from "@/app/_ui/plain-button";
import { chatRequest } from "@/app/w/[workspace]/_shared/first-request";
import { Composer, type Draft } from "./composer";
import { type Choice, Conversation } from "./conversation";
import { type Preset, Presets, settingsOf } from "./presets";
import { codeOf, noSettings, type Settings, toolsIn } from "./request";
import { SettingsPanel } from "./settings-panel";
import { useConversation } from "./use-conversation";

type Props = {
  workspace: string;
  own: Choice[];
  base: Choice[];
  routes: Choice[];
  presets: Preset[];
  currency: string;
  baseUrl: string;
  /** The models at the start; `beside` "": only one model. `preset`: its id; "": none. */
  first: string;
  beside: string;
  preset: string;
  /** Why the person may not use it; undefined: they may. */
  disabledReason?: string;
};

const nothing: Draft = { content: "", images: [] };

/** Draws a chat with one model, or with two side by side that get the same questions. */
export function Playground({ workspace, presets, currency, baseUrl, disabledReason, ...opened }: Props) {
  const all = [...opened.own, ...opened.base, ...opened.routes];
  const [ids, setIds] = useState([opened.first, opened.beside]);
  const [presetId, setPresetId] = useState(opened.preset);
  const first = presets.find(({ id }) => id === opened.preset);
  const [settings, setSettings] = useState<Settings>(first ? settingsOf(first) : noSettings);
  const [draft, setDraft] = useState(nothing);
  const [refusal, setRefusal] = useState<string>();
  const [isOpen, setIsOpen] = useState(false);
  const conversations = [useConversation(workspace), useConversation(workspace)];
  const [code, panel] = [useId(), useId()];
  const columns = conversations.flatMap((conversation, i) => {
    const model = all.find(({ id }) => id === ids[i]);
    return model ? [{ model, conversation }] : [];
  });
  const models = columns.map(({ model }) => model);
  const isBusy = columns.some(({ conversation }) => conversation.isBusy);
  const isDraft = draft.content.trim() !== "" || draft.images.length > 0;
  const mayAsk = disabledReason === undefined && !isBusy && isDraft && columns.length > 0;
  const without = (ability: "vision" | "tools", isUnknownEnough: boolean) =>
    models.find(({ can }) => can[ability] === false || (can[ability] === undefined && !isUnknownEnough))?.name;
  const [blind, toolless] = [without("vision", false), without("tools", true)];

  /** The address contains the open models and preset, so that a link can be shared. */
  const show = (next: string[], preset: string) => {
    setIds(next);
    setPresetId(preset);
    const query = new URLSearchParams({
      model: next[0] ?? "",
      ...(next[1] ? { beside: next[1] } : {}),
      ...(preset ? { preset } : {}),
    });
    window.history.replaceState(null, "", `?${query}`);
  };
  const choose = (index: number, id: string) => show(ids.with(index, id), presetId);
  const takePreset = (id: string) => {
    const preset = presets.find((each) => each.id === id);
    if (preset) setSettings(settingsOf(preset));
    show(ids, id);
  };
  /** If all models refuse, the question is undone and put back into the composer. */
  const ask = async () => {
    if (!mayAsk) return;
    const tools = toolless === undefined ? toolsIn(settings.tools) : undefined;
    if (typeof tools === "string") return setRefusal(tools);
    const asked = { content: draft.content.trim(), ...(draft.images.length > 0 ? { images: draft.images } : {}) };
    setRefusal(undefined);
    setDraft(nothing);
    const refusals = await Promise.all(
      columns.map(({ model, conversation }) => conversation.ask(model.id, used, asked)),
    );
    const said = refusals.flatMap((sentence, i) =>
      sentence === undefined ? [] : [columns.length > 1 ? `${models[i]?.name}: ${sentence}` : sentence],
    );
    if (said.length === 0) return;
    setRefusal([...new Set(said)].join(" "));
    if (said.length < columns.length) return;
    for (const { conversation } of columns) conversation.takeBack();
    // Text that was typed in the meantime is appended.
    setDraft((now) => ({
      content: [asked.content, now.content].filter(Boolean).join("\n"),
      images: [...(asked.images ?? []), ...now.images],
    }));
  };
  const used = toolless === undefined ? settings : { ...settings, tools: "" };
  const options = all.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }));

  return (
    <div className="flex flex-col xl:grid xl:grid-cols-[minmax(0,1fr)_17rem] xl:gap-6">
      <noscript>
        <p className="mb-4 rounded-lg border border-hairline bg-surface px-4 py-3">
          The chat needs JavaScript. Without it, use the code below.
        </p>
      </noscript>
      <div className="flex min-w-0 flex-col gap-4">
        <div className="grid grid-cols-2 gap-4">
          <SelectField
            label="Model"
            name="model"
            options={options}
            defaultValue={opened.first}
            disabled={isBusy}
            onChange={(event) => choose(0, event.currentTarget.value)}
          />
          <SelectField
            label="Side by side with"
            name="beside"
            options={[{ value: "", label: "No other model" }, ...options]}
            defaultValue={opened.beside}
            disabled={isBusy}
            onChange={(event) => choose(1, event.currentTarget.value)}
          />
        </div>
        <Button
          size="sm"
          className="self-start xl:hidden"
          aria-expanded={isOpen}
          aria-controls={panel}
          onClick={() => setIsOpen(!isOpen)}
        >
          {isOpen ? "Hide settings" : "Settings and presets"}
        </Button>
        <div className="flex flex-col gap-4 lg:flex-row">
          {columns.map(({ model, conversation }, i) => (
            <Conversation
              // biome-ignore lint/suspicious/noArrayIndexKey: a column keeps its conversation when its model changes.
              key={i}
              model={model}
              pricesOf={(id) => all.find((each) => each.id === id)?.prices}
              currency={currency}
              conversation={conversation}
              onRetry={async () => setRefusal(await conversation.retry(model.id, used))}
              onResults={async (results) => setRefusal(await conversation.giveResults(model.id, used, results))}
            />
          ))}
        </div>
        {columns[0] && (
          <section aria-labelledby={code} className="min-w-0">
            <h2 id={code} className="mb-2 text-[0.9375rem]">
              Copy as code
            </h2>
            <CodeBlock
              label="Show as code"
              samples={chatRequest(
                baseUrl,
                codeOf(columns[0].model.id, used, columns[0].conversation.turns, draft.content),
              )}
            />
          </section>
        )}
        <Composer
          draft={draft}
          onDraft={setDraft}
          refusal={refusal}
          onRefusal={setRefusal}
          isBusy={isBusy}
          mayAsk={mayAsk}
          disabledReason={disabledReason}
          noImages={blind === undefined ? undefined : `${blind} may not accept pictures.`}
          onAsk={() => void ask()}
          onStop={() => {
            for (const { conversation } of columns) conversation.stop();
          }}
          onClear={() => {
            setRefusal(undefined);
            for (const { conversation } of columns) conversation.clear();
          }}
        />
      </div>
      <aside
        id={panel}
        aria-label="Settings of the chat"
        className={`flex flex-col gap-4 self-start rounded-xl border border-hairline bg-surface p-4 shadow-card max-xl:order-first max-xl:mb-4 ${isOpen ? "" : "max-xl:hidden"}`}
      >
        <Presets
          workspace={workspace}
          presets={presets}
          chosen={presetId}
          settings={settings}
          mayKeep={disabledReason === undefined}
          onChoose={takePreset}
        />
        <SettingsPanel
          settings={settings}
          onChange={setSettings}
          noTools={toolless === undefined ? undefined : `${toolless} does not support tools.`}
        />
      </aside>
    </div>
  );
}

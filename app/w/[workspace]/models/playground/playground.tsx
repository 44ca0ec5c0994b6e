"use client";

import { useId, useState } from "react";
import { CodeBlock } from "@/app/_ui/code-block";
import { SelectField, TextAreaField, TextField } from "@/app/_ui/field";
import { Button } from "@/app/_ui/plain-button";
import { chatRequest } from "@/app/w/[workspace]/_shared/first-request";
import { type Choice, Conversation } from "./conversation";
import { requestOf, type Settings, useConversation } from "./use-conversation";

type Props = {
  workspace: string;
  own: Choice[];
  base: Choice[];
  routes: Choice[];
  currency: string;
  baseUrl: string;
  /** The models it opens with; `beside` "": one model alone. */
  first: string;
  beside: string;
  /** Why the person may not, if so. */
  disabledReason?: string;
};

/** Draws a chat with a model, or with two side by side that are asked the same. */
export function Playground({ workspace, own, base, routes, currency, baseUrl, disabledReason, ...opened }: Props) {
  const all = [...own, ...base, ...routes];
  const [ids, setIds] = useState([opened.first, opened.beside]);
  const [settings, setSettings] = useState<Settings>({ instructions: "" });
  const [question, setQuestion] = useState("");
  const one = useConversation(workspace);
  const other = useConversation(workspace);
  const code = useId();
  const chosen = ids.map((id) => all.find((model) => model.id === id));
  const columns = [one, other].flatMap((conversation, i) => {
    const model = chosen[i];
    return model ? [{ model, conversation }] : [];
  });
  const isBusy = columns.some(({ conversation }) => conversation.isBusy);
  const mayAsk = disabledReason === undefined && !isBusy && question.trim() !== "" && columns.length > 0;

  const choose = (index: number, id: string) => {
    const next = ids.map((old, i) => (i === index ? id : old));
    setIds(next);
    // The address says what is open, so that a link to it can be shared.
    const query = new URLSearchParams({ model: next[0] ?? "", ...(next[1] ? { beside: next[1] } : {}) });
    window.history.replaceState(null, "", `?${query}`);
  };
  const number = (name: "temperature" | "top_p" | "max_tokens", text: string) => {
    const { [name]: _, ...rest } = settings;
    const value = Number(text);
    setSettings(text.trim() !== "" && Number.isFinite(value) ? { ...rest, [name]: value } : rest);
  };
  const ask = () => {
    if (!mayAsk) return;
    for (const { model, conversation } of columns) void conversation.ask(model.id, settings, question.trim());
    setQuestion("");
  };
  const options = (models: Choice[]) =>
    models.map(({ id, name }) => ({ value: id, label: name === id ? id : `${name} (${id})` }));

  return (
    <div className="flex flex-col gap-6">
      <noscript>
        <p className="rounded-lg border border-hairline bg-surface px-4 py-3">
          A chat that is written as you watch needs JavaScript. Without it, use the code below.
        </p>
      </noscript>
      <div className="grid gap-4 rounded-xl border border-hairline bg-surface p-4 shadow-card md:grid-cols-2 md:p-5">
        <SelectField
          label="Model"
          name="model"
          options={options(all)}
          defaultValue={opened.first}
          disabled={isBusy}
          onChange={(event) => choose(0, event.currentTarget.value)}
        />
        <SelectField
          label="Side by side with"
          name="beside"
          options={[{ value: "", label: "No other model" }, ...options(all)]}
          defaultValue={opened.beside}
          disabled={isBusy}
          onChange={(event) => choose(1, event.currentTarget.value)}
        />
        <TextAreaField
          label="Instructions"
          name="instructions"
          optional
          rows={2}
          placeholder="How the model should answer."
          onChange={(event) => setSettings({ ...settings, instructions: event.currentTarget.value })}
        />
        <div className="grid grid-cols-3 gap-3">
          <TextField
            label="Temperature"
            name="temperature"
            type="number"
            min={0}
            max={2}
            step={0.1}
            placeholder="Model's"
            onChange={(event) => number("temperature", event.currentTarget.value)}
          />
          <TextField
            label="Top p"
            name="top_p"
            type="number"
            min={0}
            max={1}
            step={0.05}
            placeholder="1"
            onChange={(event) => number("top_p", event.currentTarget.value)}
          />
          <TextField
            label="Max tokens"
            name="max_tokens"
            type="number"
            min={1}
            step={1}
            placeholder="Model's"
            onChange={(event) => number("max_tokens", event.currentTarget.value)}
          />
        </div>
      </div>
      <div className="flex flex-col gap-4 lg:flex-row">
        {columns.map(({ model, conversation }, i) => (
          <Conversation
            // biome-ignore lint/suspicious/noArrayIndexKey: a column keeps its conversation when its model changes.
            key={i}
            model={model}
            pricesOf={(id) => all.find((each) => each.id === id)?.prices}
            currency={currency}
            conversation={conversation}
            onRetry={() => void conversation.retry(model.id, settings)}
          />
        ))}
      </div>
      <form
        aria-label="Ask"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <TextAreaField
          label="Message"
          name="message"
          value={question}
          placeholder="Ask something"
          hint="Enter sends, Shift and Enter begins a new line. It is charged to you and to this workspace like a request with a key."
          onChange={(event) => setQuestion(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            ask();
          }}
        />
        <div className="flex flex-wrap gap-2">
          {isBusy ? (
            <Button
              onClick={() => {
                for (const { conversation } of columns) conversation.stop();
              }}
            >
              Stop
            </Button>
          ) : (
            <Button
              variant="primary"
              type="submit"
              disabled={disabledReason === undefined && !mayAsk}
              {...(disabledReason === undefined ? {} : { disabledReason })}
            >
              Send
            </Button>
          )}
          <Button
            variant="ghost"
            disabled={isBusy}
            onClick={() => {
              for (const { conversation } of columns) conversation.clear();
            }}
          >
            Clear
          </Button>
        </div>
      </form>
      {columns[0] && (
        <section aria-labelledby={code} className="min-w-0">
          <h2 id={code} className="mb-2 text-[0.9375rem]">
            Copy as code
          </h2>
          <CodeBlock
            label="The same as code"
            samples={chatRequest(baseUrl, codeOf(columns[0].model.id, settings, one.turns, question))}
          />
        </section>
      )}
    </div>
  );
}

/** Returns the conversation with what is about to be asked. */
function codeOf(model: string, settings: Settings, turns: Parameters<typeof requestOf>[2], question: string) {
  const last = turns.at(-1)?.role === "assistant" ? turns.slice(0, -1) : turns;
  const pending = question.trim();
  const asked = pending ? [...turns, { role: "user" as const, content: pending }] : last;
  return requestOf(model, settings, asked.length > 0 ? asked : [{ role: "user", content: "Hello!" }]);
}

"use client";

import { type RefObject, useId, useState } from "react";
import { Button } from "@/app/_ui/plain-button";
import { trialRoute } from "@/server/access/route-ids";

type Answer = { text: string; model: string | null; server: string | null; ms: number } | { problem: string };

/**
 * Sends one request to a route that is not saved yet, and shows the answer, the model that gave it and the time it
 * took.
 */
export function TryRoute({ slug, fields }: { slug: string; fields: RefObject<HTMLElement | null> }) {
  const id = useId();
  const [question, setQuestion] = useState("Say hello in one short sentence.");
  const [answer, setAnswer] = useState<Answer>();
  const [isBusy, setIsBusy] = useState(false);

  const ask = async () => {
    if (isBusy || question.trim() === "") return;
    setIsBusy(true);
    setAnswer(await tryRoute(slug, ruleIn(fields.current), question.trim()));
    setIsBusy(false);
  };

  return (
    <div className="rounded-lg border border-hairline p-4 noscript:hidden">
      <label htmlFor={id} className="mb-1.5 block font-medium">
        Try it
      </label>
      <p className="-mt-1 mb-2 text-[0.8125rem] text-ink-faint">
        Sends one real request with the route as shown here. It is charged.
      </p>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          value={question}
          maxLength={2_000}
          onChange={(event) => setQuestion(event.currentTarget.value)}
          // Enter would save the route.
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault();
            void ask();
          }}
          className="control min-w-48 flex-1"
        />
        <Button type="button" onClick={() => void ask()} aria-disabled={isBusy || undefined}>
          {isBusy ? "Asking…" : "Try"}
        </Button>
      </div>
      <div aria-live="polite" className="mt-3 empty:hidden">
        {answer && "problem" in answer && <p className="wrap-anywhere text-danger">{answer.problem}</p>}
        {answer && "text" in answer && (
          <>
            <p className="max-h-48 overflow-y-auto whitespace-pre-wrap wrap-anywhere">{answer.text}</p>
            <p className="mt-1 wrap-anywhere text-[0.8125rem] text-ink-soft">
              {answer.model} at {answer.server}, {(answer.ms / 1_000).toFixed(1)} s
            </p>
          </>
        )}
      </div>
    </div>
  );
}

/** Returns the values of the form's fields, as the form would send them. */
function ruleIn(fields: HTMLElement | null) {
  const all = (name: string) =>
    [...(fields?.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`) ?? [])].map(({ value }) => value);
  return {
    mode: fields?.querySelector<HTMLInputElement>('input[name="mode"]:checked')?.value ?? "ordered",
    models: all("models"),
    weights: all("weights"),
    saverModel: all("saverModel")[0] ?? "",
    saverPercent: all("saverPercent")[0] ?? "",
  };
}

async function tryRoute(slug: string, rule: object, question: string): Promise<Answer> {
  const begun = performance.now();
  try {
    const query = new URLSearchParams({ rule: JSON.stringify(rule) });
    const response = await fetch(`/api/playground/${slug}/route/chat/completions?${query}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: trialRoute, messages: [{ role: "user", content: question }], max_tokens: 200 }),
    });
    const body = await response.json().catch(() => null);
    if (!response.ok) return { problem: body?.message ?? body?.error?.message ?? "Something went wrong. Try again." };
    const { headers } = response;
    return {
      text: body?.choices?.[0]?.message?.content ?? "",
      model: headers.get("x-atelier-model"),
      server: headers.get("x-atelier-model-server"),
      ms: performance.now() - begun,
    };
  } catch {
    return { problem: "The server could not be reached. Try again in a moment." };
  }
}

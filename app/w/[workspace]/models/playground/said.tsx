import { type SubmitEvent, useState } from "react";
import { Notice } from "@/app/_ui/notice";
import { Button } from "@/app/_ui/plain-button";
import type { Call, Turn } from "./request";

/** Draws one message: text and pictures, reasoning separately, and tool calls with their results. */
export function Said({
  turn: { role, content, images = [], reasoning, calls = [], model, problem },
  isWriting,
  onResults,
}: {
  turn: Turn;
  isWriting: boolean;
  /** Called with the results of the tools; undefined: they were already given, or the conversation cannot continue. */
  onResults: ((results: string[]) => void) | undefined;
}) {
  return (
    <div className={role === "user" ? "ml-8 self-end" : "mr-8"}>
      <p className="caption mb-1">{role === "user" ? "You" : (model ?? "Model")}</p>
      {reasoning && (
        <details className="mb-2 rounded-md border border-hairline bg-sunken/40 px-3 py-1.5 text-[0.8125rem]">
          <summary className="text-ink-soft hover:text-ink">
            {isWriting && !content ? "Reasoning…" : "Reasoning"}
          </summary>
          <p className="mt-1.5 whitespace-pre-wrap break-words text-ink-soft">{reasoning}</p>
        </details>
      )}
      {images.length > 0 && (
        <ul className="mb-2 flex flex-wrap justify-end gap-2">
          {images.map((src) => (
            <li key={src.slice(-64)}>
              {/* biome-ignore lint/performance/noImgElement: it is data that was chosen on this page. */}
              <img src={src} alt="Sent along" className="max-h-40 rounded-lg border border-hairline" />
            </li>
          ))}
        </ul>
      )}
      {(content || (isWriting && calls.length === 0)) && (
        <p
          className={`whitespace-pre-wrap break-words ${role === "user" ? "rounded-lg bg-sunken px-3 py-2" : "text-pretty"}`}
        >
          {content}
          {isWriting && <span aria-hidden="true" className="ml-0.5 inline-block h-4 w-1.5 animate-breathe bg-accent" />}
        </p>
      )}
      {calls.length > 0 && <Calls calls={calls} onResults={onResults} />}
      {problem && (
        <Notice tone="danger" className="mt-2">
          {problem}
        </Notice>
      )}
    </div>
  );
}

/** Draws tool calls, with fields for their results: no tool is run here. */
function Calls({ calls, onResults }: { calls: Call[]; onResults: ((results: string[]) => void) | undefined }) {
  const [results, setResults] = useState<string[]>([]);
  const send = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    onResults?.(calls.map((_, i) => results[i] ?? ""));
  };
  return (
    <form onSubmit={send} className="mt-2 flex flex-col gap-2">
      {calls.map(({ id, name, text, result }, i) => (
        <div key={id} className="rounded-md border border-hairline bg-sunken/40 p-3">
          <p className="text-[0.8125rem]">
            Calls <code className="font-medium font-mono">{name}</code> with
          </p>
          <pre className="mt-1 whitespace-pre-wrap break-words font-mono text-[0.8125rem]">{text || "{}"}</pre>
          {result !== undefined && (
            <>
              <p className="mt-2 text-[0.8125rem]">Answered</p>
              <pre className="mt-1 whitespace-pre-wrap break-words font-mono text-[0.8125rem]">
                {result || "nothing"}
              </pre>
            </>
          )}
          {onResults && (
            <textarea
              aria-label={`What ${name} answers`}
              placeholder="What the tool answers"
              rows={2}
              value={results[i] ?? ""}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setResults(calls.map((_, at) => (at === i ? value : (results[at] ?? ""))));
              }}
              className="control mt-2 font-mono text-[0.8125rem]"
            />
          )}
        </div>
      ))}
      {onResults && (
        <Button type="submit" size="sm" className="self-start">
          Send results
        </Button>
      )}
    </form>
  );
}

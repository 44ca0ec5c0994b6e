"use client";

import { useId } from "react";
import { CopyButton } from "./copy-button";

/** Draws code to copy, in one or several languages. The tabs are radio buttons, which work without JavaScript. */
export function CodeBlock({ label, samples }: { label: string; samples: { label: string; code: string }[] }) {
  const name = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: the radio buttons only choose what is shown, nothing is filled in.
    <div
      role="group"
      aria-label={label}
      className="flex flex-wrap items-center overflow-hidden rounded-lg border border-hairline bg-surface"
    >
      {samples.map((sample, index) => (
        <div key={sample.label} className="contents">
          <label className="order-1 relative px-3.5 py-2.5 text-[0.8125rem] text-ink-faint hover:text-ink has-checked:text-ink has-checked:after:absolute has-checked:after:inset-x-3.5 has-checked:after:-bottom-px has-checked:after:h-0.5 has-checked:after:bg-accent has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:-outline-offset-2">
            <input type="radio" name={name} defaultChecked={index === 0} className="sr-only" />
            {sample.label}
          </label>
          <div className="order-2 hidden w-full border-hairline border-t bg-sunken/40 [label:has(:checked)+&]:block">
            <div className="relative">
              <pre
                // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard.
                tabIndex={0}
                className="overflow-x-auto p-4 font-mono text-[0.8125rem] leading-relaxed focus-visible:-outline-offset-2"
              >
                <code>{sample.code}</code>
              </pre>
              <CopyButton value={sample.code} size="sm" variant="ghost" className="absolute -top-9.5 right-1.5">
                Copy
              </CopyButton>
            </div>
          </div>
        </div>
      ))}
      {/* The room of the button to copy: where the tabs leave none, it has a line of its own. */}
      <span aria-hidden="true" className="order-1 ms-auto h-10 w-20" />
    </div>
  );
}

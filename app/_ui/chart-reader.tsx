"use client";

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

/**
 * Lets a chart be read with the keyboard and the pointer: one bar is in the tab order, arrow keys lead to the others, and
 * the line above says what the bar at hand stands for. Without a script each bar still has its title.
 */
export function ChartReader({ hint, children }: { hint: string; children: ReactNode }) {
  const chart = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const [text, setText] = useState<string | null>(null);

  const bars = () => [...(chart.current?.querySelectorAll<SVGGElement>("[data-bar]") ?? [])];
  const indexOf = (target: EventTarget) => {
    const bar = target instanceof Element ? target.closest<SVGGElement>("[data-bar]") : null;
    return bar ? bars().indexOf(bar) : -1;
  };
  const focused = () => (document.activeElement ? indexOf(document.activeElement) : -1);

  // After every drawing: the chart may have been drawn anew, with other figures and another bar in the tab order.
  useEffect(() => {
    setText(at === null ? null : (bars()[at]?.getAttribute("aria-label") ?? null));
  });

  function enter(index: number) {
    if (index < 0) return;
    for (const [i, bar] of bars().entries()) bar.setAttribute("tabindex", i === index ? "0" : "-1");
    setAt(index);
  }

  function move(event: KeyboardEvent) {
    const from = focused();
    const last = bars().length - 1;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last }[event.key];
    if (from < 0 || to === undefined) return;
    event.preventDefault();
    bars()[Math.min(last, Math.max(0, to))]?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the bars inside are what is focused; this only listens.
    <div
      ref={chart}
      onFocus={(event) => enter(indexOf(event.target))}
      onBlur={() => setAt(null)}
      onKeyDown={move}
      onPointerOver={(event) => {
        const index = indexOf(event.target);
        if (index >= 0) setAt(index);
      }}
      onPointerLeave={() => setAt(focused() < 0 ? null : focused())}
    >
      <p data-readout="" className="figures mb-2 line-clamp-2 min-h-10 text-[0.8125rem] text-ink-soft">
        {text ?? hint}
      </p>
      {children}
    </div>
  );
}

"use client";

import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from "react";

/** The tooltip of one step: its name, its sum if it has one, and its parts with their inks. */
export type ChartTip = { label: string; sum?: string; parts: { ink: number; name: string; text: string }[] };

/** The position of the tooltip: its step, and its distance from the top of the plot in percent. */
type Place = { at: number; y: number };

/**
 * Makes a chart readable by pointer, touch and keyboard. One step is in the tab order and the arrow keys lead to the
 * others; the current step has a tooltip beside it, over the plot, so that nothing moves. Screen readers read the steps
 * themselves. Without JavaScript each step has a title.
 */
export function ChartReader({ tips, children }: { tips: ChartTip[]; children: ReactNode }) {
  const plot = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Place | null>(null);

  const bars = () => [...(plot.current?.querySelectorAll<SVGGElement>("[data-bar]") ?? [])];
  const focused = () => bars().indexOf(document.activeElement as unknown as SVGGElement);

  function enter(target: EventTarget) {
    const all = bars();
    const at = all.indexOf(target as SVGGElement);
    if (at < 0) return;
    for (const [i, bar] of all.entries()) bar.setAttribute("tabindex", i === at ? "0" : "-1");
    setPlace({ at, y: 0 });
  }

  function move(event: KeyboardEvent) {
    const from = focused();
    const last = tips.length - 1;
    if (event.key === "Escape") return setPlace(null);
    const to = new Map([
      ["ArrowLeft", from - 1],
      ["ArrowRight", from + 1],
      ["Home", 0],
      ["End", last],
    ]).get(event.key);
    if (from < 0 || to === undefined) return;
    event.preventDefault();
    bars()[Math.min(last, Math.max(0, to))]?.focus();
  }

  function point(event: PointerEvent<HTMLDivElement>) {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * tips.length);
    if (at < 0 || at >= tips.length) return;
    setPlace({ at, y: Math.min(100, Math.max(0, ((event.clientY - top) / height) * 100)) });
  }

  function leave() {
    const at = focused();
    setPlace(at < 0 ? null : { at, y: 0 });
  }

  const tip = place && tips[place.at];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the steps inside are what is focused; this only listens.
    <div
      ref={plot}
      className="relative"
      onFocus={(event) => enter(event.target)}
      onBlur={() => setPlace(null)}
      onKeyDown={move}
    >
      {children}
      {/* Over the steps, so that their titles do not come as well. */}
      <div
        aria-hidden="true"
        data-pointing=""
        className="absolute inset-0 touch-pan-y noscript:hidden"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={leave}
      >
        {tip && <Tooltip tip={tip} place={place} count={tips.length} />}
      </div>
    </div>
  );
}

function Tooltip({ tip, place, count }: { tip: ChartTip; place: Place; count: number }) {
  const id = useId();
  const width = 100 / count;
  const middle = (place.at + 0.5) * width;
  const isRight = middle > 50;
  return (
    <>
      <div className="chart-here" style={{ left: `${place.at * width}%`, width: `${width}%` }} />
      <div
        id={id}
        data-tooltip=""
        className="chart-tip figures"
        style={{
          [isRight ? "right" : "left"]: `calc(${isRight ? 100 - middle : middle}% + max(0.5rem, ${width / 2}%))`,
          top: `${place.y / 2}%`,
        }}
      >
        <p className="font-medium">{tip.label}</p>
        {tip.sum && <p>{tip.sum}</p>}
        {tip.parts.length > 0 && (
          <ul className="mt-1 flex flex-col gap-0.5">
            {tip.parts.map(({ ink, name, text }) => (
              <li key={`${ink} ${name}`} className="flex items-center gap-1.5">
                <svg width="8" height="8" aria-hidden="true" className="shrink-0">
                  <rect width="8" height="8" rx="2" className={`chart-ink-${ink}`} />
                </svg>
                <span className="min-w-0 flex-1 truncate">{name}</span>
                <span>{text}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

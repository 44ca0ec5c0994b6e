"use client";

import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Dialog } from "@/app/_ui/dialog";
import { Glyph } from "@/app/_ui/glyph";
import { Spinner } from "@/app/_ui/spinner";
import { PaletteOption } from "./palette-option";
import { usePalette } from "./use-palette";

/**
 * Draws the palette: a search field and its results. The focus stays in the field; `aria-activedescendant` names the
 * result that Enter chooses.
 */
export function Palette({ slug, onClose }: { slug: string; onClose: () => void }) {
  const ids = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const isEnterWaiting = useRef(false);
  const { groups, answered, isFailed } = usePalette(slug, text);
  const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const isCurrent = answered === text.trim();

  const options = () => Array.from(list.current?.querySelectorAll<HTMLElement>('[role="option"]') ?? []);
  const idOf = (index: number) => `${ids}-${index}`;

  // biome-ignore lint/correctness/useExhaustiveDependencies: an action that was chosen before the answer arrived runs when it arrives.
  useEffect(() => {
    setActive(0);
    if (isEnterWaiting.current && isCurrent) {
      isEnterWaiting.current = false;
      options()[0]?.click();
    }
  }, [groups]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is looked at again whenever another line is marked.
  useEffect(() => {
    options()[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const last = Math.max(count - 1, 0);
    const to = new Map([
      ["ArrowDown", active < last ? active + 1 : 0],
      ["ArrowUp", active > 0 ? active - 1 : last],
      ["Home", 0],
      ["End", last],
    ]).get(event.key);
    if (to !== undefined && !event.shiftKey) {
      event.preventDefault();
      setActive(to);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isCurrent) options()[active]?.click();
      else isEnterWaiting.current = true;
    }
  }

  let index = 0;
  return createPortal(
    // React passes events of a portal to its parents, so this form's submission must not submit the opener's form.
    <div onSubmit={(event) => event.stopPropagation()}>
      <Dialog id="palette" open title="Search or jump to…" closeHref={`/w/${slug}`} onClose={onClose}>
        <div className="relative">
          <span className="pointer-events-none absolute inset-y-0 left-2.75 z-1 flex items-center text-ink-faint">
            {isCurrent || isFailed ? <Glyph name="search" /> : <Spinner />}
          </span>
          <input
            type="text"
            role="combobox"
            aria-label="Search or jump to"
            aria-autocomplete="list"
            aria-expanded={count > 0}
            aria-controls={`${ids}-list`}
            aria-activedescendant={count > 0 ? idOf(active) : undefined}
            placeholder="A page, a member, a key, a model, a workspace"
            autoComplete="off"
            spellCheck={false}
            maxLength={200}
            value={text}
            onChange={(event) => {
              isEnterWaiting.current = false;
              setText(event.currentTarget.value);
            }}
            onKeyDown={press}
            className="control pl-8.5"
          />
        </div>
        <div
          ref={list}
          id={`${ids}-list`}
          role="listbox"
          aria-label="Found"
          className="mt-3 max-h-[50dvh] overflow-y-auto"
        >
          {groups.map(({ kind, label, rows }) => (
            // biome-ignore lint/a11y/useSemanticElements: a listbox holds groups, not fieldsets.
            <div key={kind} role="group" aria-labelledby={`${ids}-${kind}`} className="not-first:mt-3">
              <div id={`${ids}-${kind}`} role="presentation" className="caption px-2.25 pb-1">
                {label}
              </div>
              {rows.map((row) => {
                const at = index++;
                return (
                  <PaletteOption key={row.id} id={idOf(at)} row={row} isActive={at === active} onTaken={onClose} />
                );
              })}
            </div>
          ))}
        </div>
        <p role="status" className="mt-3 px-2.25 text-[0.8125rem] text-ink-faint">
          {isFailed ? "The search is not available right now. Try again in a moment." : saying(count, isCurrent)}
        </p>
      </Dialog>
    </div>,
    document.body,
  );
}

function saying(count: number, isCurrent: boolean): string {
  if (!isCurrent) return "Searching…";
  if (count === 0) return "No results.";
  return count === 1 ? "1 result" : `${count} results`;
}

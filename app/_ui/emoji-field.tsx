"use client";

import { useId, useRef, useState } from "react";
import { TextField } from "./field";

/** Suggested emojis, with their names for screen readers. Any other can be typed. */
const offered: [emoji: string, name: string][] = [
  ["🚀", "Rocket"],
  ["🔬", "Microscope"],
  ["🧪", "Test tube"],
  ["🧠", "Brain"],
  ["🤖", "Robot"],
  ["💡", "Light bulb"],
  ["📚", "Books"],
  ["📈", "Rising chart"],
  ["🛠️", "Tools"],
  ["⚙️", "Gear"],
  ["🧩", "Puzzle piece"],
  ["🎯", "Target"],
  ["🔭", "Telescope"],
  ["🧭", "Compass"],
  ["🗂️", "Card index"],
  ["📦", "Package"],
  ["🔒", "Lock"],
  ["🛰️", "Satellite"],
  ["🌍", "Globe"],
  ["🌱", "Seedling"],
  ["🌲", "Evergreen"],
  ["🌊", "Wave"],
  ["☀️", "Sun"],
  ["🌙", "Moon"],
  ["⭐", "Star"],
  ["🔥", "Fire"],
  ["⚡", "Lightning"],
  ["❄️", "Snowflake"],
  ["🍊", "Orange"],
  ["🍓", "Strawberry"],
  ["☕", "Coffee"],
  ["🎨", "Palette"],
  ["🎼", "Music"],
  ["🏛️", "Classical building"],
  ["🏠", "House"],
  ["🏥", "Hospital"],
  ["🎓", "Graduation cap"],
  ["🦊", "Fox"],
  ["🐙", "Octopus"],
  ["🐝", "Bee"],
  ["🦉", "Owl"],
  ["🐳", "Whale"],
];

/**
 * Draws a field for one emoji. It can be typed or pasted, and with JavaScript chosen from suggestions by pointer or
 * arrow keys. The suggestions belong to no form; only the field is sent.
 */
export function EmojiField({ label, name, defaultValue }: { label: string; name: string; defaultValue: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(defaultValue);
  const choose = (emoji: string) => {
    const input = field.current;
    if (!input) return;
    input.value = emoji;
    // Tells the form about the change.
    input.dispatchEvent(new Event("input", { bubbles: true }));
    setTyped(emoji);
  };
  return (
    <div className="flex flex-col gap-2.5">
      <TextField
        ref={field}
        label={label}
        name={name}
        defaultValue={defaultValue}
        onInput={(event) => setTyped(event.currentTarget.value.trim())}
        hint="Type or paste an emoji, or choose one below."
        autoComplete="off"
        className="[&_.control]:text-base"
        required
      />
      <div
        role="radiogroup"
        aria-label="Choose an emoji"
        className="grid grid-cols-7 gap-0.5 sm:grid-cols-14 xl:grid-cols-7 noscript:hidden"
      >
        {offered.map(([emoji, title]) => (
          <label
            key={emoji}
            title={title}
            className="relative grid aspect-square min-h-8 place-items-center rounded-md text-lg hover:bg-sunken has-checked:bg-accent-soft has-checked:ring-1 has-checked:ring-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              // No form has this id, so the suggestion itself is not sent; the text field is.
              form={`${id}-none`}
              name={`${id}-offered`}
              value={emoji}
              checked={typed === emoji}
              onChange={() => choose(emoji)}
              aria-label={title}
              className="sr-only"
            />
            <span aria-hidden="true">{emoji}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

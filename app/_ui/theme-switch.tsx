"use client";

import { useId } from "react";
import { Glyph } from "./glyph";
import { choiceClass, choices, choose, frame, useTheme } from "./theme";

/**
 * Draws the choice of system, light or dark theme. Without JavaScript the page follows the system and this is hidden.
 */
export function ThemeSwitch() {
  const theme = useTheme();
  const name = useId();
  return (
    <fieldset className={frame}>
      <legend className="sr-only">Theme</legend>
      {choices.map(({ value, label, glyph }) => (
        <label
          key={value}
          title={label}
          className={`${choiceClass} has-checked:bg-raised has-checked:text-ink has-checked:shadow-card has-checked:ring-1 has-checked:ring-hairline has-focus-visible:outline-2 has-focus-visible:outline-accent`}
        >
          <input
            type="radio"
            name={name}
            value={value}
            aria-label={label}
            checked={theme === value}
            onChange={() => choose(value)}
            className="absolute inset-0 cursor-pointer opacity-0"
          />
          <Glyph name={glyph} />
        </label>
      ))}
    </fieldset>
  );
}

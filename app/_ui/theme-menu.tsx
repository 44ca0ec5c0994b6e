"use client";

import { Glyph } from "./glyph";
import { choiceClass, choices, choose, frame, useTheme } from "./theme";

/** Draws the choice of the theme as items of a menu. */
export function ThemeMenuItems() {
  const theme = useTheme();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a menu holds groups, not fieldsets.
    <div role="group" aria-label="Theme" className={frame}>
      {choices.map(({ value, label, glyph }) => {
        const isChosen = theme === value;
        return (
          <button
            key={value}
            type="button"
            role="menuitemradio"
            aria-checked={isChosen}
            aria-label={label}
            title={label}
            onClick={() => choose(value)}
            className={`${choiceClass} aria-checked:bg-raised aria-checked:text-ink aria-checked:shadow-card aria-checked:ring-1 aria-checked:ring-hairline`}
          >
            <Glyph name={glyph} />
          </button>
        );
      })}
    </div>
  );
}

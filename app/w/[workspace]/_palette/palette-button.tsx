import { Glyph } from "@/app/_ui/glyph";
import { PaletteOpener } from "./palette-opener";

/** Draws "Search or jump to…": a form without JavaScript, the palette with it. */
export function PaletteButton({ slug }: { slug: string }) {
  return (
    <PaletteOpener slug={slug}>
      <button
        type="submit"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        className="control flex items-center gap-2 text-ink-faint"
      >
        <Glyph name="search" />
        <span className="min-w-0 flex-1 truncate text-start">Search or jump to…</span>
        <span
          aria-hidden="true"
          className="shrink-0 rounded-sm border border-hairline px-1 font-sans text-[0.6875rem] pointer-coarse:hidden"
        >
          Ctrl K
        </span>
      </button>
    </PaletteOpener>
  );
}

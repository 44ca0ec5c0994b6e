import { Badge } from "@/app/_ui/badge";

export type ListedWords = {
  key: string;
  text: string;
  detail: string;
  words: readonly [string, "success" | "neutral" | "danger"];
};

/** Draws a scrolling list of many rows, with a label for each. */
export function RowList({ label, rows }: { label: string; rows: ListedWords[] }) {
  return (
    <ul
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be scrollable by keyboard.
      tabIndex={0}
      className="max-h-96 divide-y divide-hairline overflow-y-auto rounded-lg border border-hairline"
    >
      {rows.map(({ key, text, detail, words: [word, tone] }) => (
        <li key={key} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 px-3 py-2">
          <span className="min-w-0">
            <span className="wrap-anywhere">{text}</span>{" "}
            <span className="text-[0.8125rem] text-ink-faint">{detail}</span>
          </span>
          <Badge tone={tone}>{word}</Badge>
        </li>
      ))}
    </ul>
  );
}

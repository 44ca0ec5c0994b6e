/**
 * Statements that remove something which the release before uses. Its instances serve on the newer schema until the
 * last of them is replaced, and they name the columns that they read and write.
 */
const contracting: [what: string, pattern: RegExp][] = [
  ["drops a table", /\bDROP\s+TABLE\b/i],
  ["drops a column", /\bDROP\s+COLUMN\b/i],
  ["renames a table or a column", /\bRENAME\s+(?!CONSTRAINT\b|VALUE\b)(?:COLUMN\b|TO\b|"?\w+"?\s+TO\b)/i],
  ["changes the type of a column", /\bALTER\s+COLUMN\s+"?\w+"?\s+(?:SET\s+DATA\s+)?TYPE\b/i],
  ["has a column never be null", /\bSET\s+NOT\s+NULL\b/i],
  [
    "adds a column that older inserts leave out",
    /\bADD\s+COLUMN\b(?![^;]*\b(?:DEFAULT|GENERATED)\b)[^;]*\bNOT\s+NULL\b/i,
  ],
];

/**
 * The comment above such a statement that says since which release nothing needs it any more: `-- contract: not read
 * since 0.2.0`.
 */
const marker = /^\s*--\s*contract:\s*\S.*\bsince\s+\d+\.\d+\.\d+/im;

/**
 * The comment above a change of a type which older instances read and write as before, because the driver sends both
 * types as text: `-- widens: every uuid is a text`. Only a change to `text` is allowed so.
 */
const widening =
  /^\s*--\s*widens:\s*\S[^\n]*\n\s*ALTER\s+TABLE\s+"?\w+"?\s+ALTER\s+COLUMN\s+"?\w+"?\s+SET\s+DATA\s+TYPE\s+text\s*;?\s*$/i;

const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g;

/**
 * Returns the statements of a migration that remove something which the release before uses, with the matching words.
 */
export function contractionsIn(migration: string): string[] {
  return migration.split("--> statement-breakpoint").flatMap((chunk) => {
    if (marker.test(chunk) || widening.test(chunk)) return [];
    const statement = chunk.replace(comments, "");
    return contracting.flatMap(([what, pattern]) => {
      const [words] = pattern.exec(statement) ?? [];
      return words === undefined ? [] : [`${what}: ${words.replace(/\s+/g, " ").slice(0, 80)}`];
    });
  });
}

/** The longest name a mail shows, in code points. The zero-width spaces that `defuse` adds are not counted. */
export const LONGEST_NAME = 60;

const ZERO_WIDTH_SPACE = "\u200b";
const INVISIBLE_OR_BROKEN = /(?![\u200c\u200d])[\p{Cf}\p{Cs}]/gu;
const WHITE_SPACE_OR_CONTROL = /[\s\p{Cc}]+/gu;
const DOT = /[.\u2024\u3002\ufe52\uff0e\uff61]/gu;
const COLON_SLASH = /[:\ufe55\uff1a][/\\\uff0f\uff3c]/gu;

/**
 * Returns one line of visible text: line breaks and control characters become one space. Removes invisible characters (overrides
 * of the writing direction, zero-width characters, lone surrogates), except the two joiners, because Persian names and emoji
 * need them.
 */
export function oneLine(text: string): string {
  return text.normalize("NFC").replace(INVISIBLE_OR_BROKEN, "").replace(WHITE_SPACE_OR_CONTROL, " ").trim();
}

/**
 * Returns a user's name in a form that is safe to show in our mails: one line, at most `longest` characters, and
 * a zero-width space wherever a mail client would otherwise recognize a domain or an address and make it a link. Characters that
 * look like the dot, the colon or the slash are handled too, because browsers read "evil。com" as evil.com.
 */
export function defuse(name: string, longest = LONGEST_NAME): string {
  return shorten(oneLine(name), longest)
    .replace(COLON_SLASH, (found) => found + ZERO_WIDTH_SPACE)
    .replace(DOT, (found) => found + ZERO_WIDTH_SPACE);
}

function shorten(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  return `${characters
    .slice(0, longest - 1)
    .join("")
    .trimEnd()}…`;
}

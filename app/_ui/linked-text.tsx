import { Fragment } from "react";

/** An address in a text, without the punctuation or bracket that follows it. */
const address = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]/g;

/** Splits a text into parts; those with `href` are addresses. */
export function partsOf(text: string): { text: string; href?: string }[] {
  const parts: { text: string; href?: string }[] = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    if (!URL.canParse(found)) continue;
    if (index > from) parts.push({ text: text.slice(from, index) });
    parts.push({ text: found, href: found });
    from = index + found.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}

/** Draws plain text in which web addresses are links. */
export function LinkedText({ text }: { text: string }) {
  return partsOf(text).map(({ text, href }, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are.
    <Fragment key={index}>
      {href ? (
        <a href={href} rel="noopener noreferrer" className="underline underline-offset-3">
          {text}
        </a>
      ) : (
        text
      )}
    </Fragment>
  ));
}

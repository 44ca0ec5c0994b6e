import { initials } from "./initials";

const hues = ["hue-25", "hue-60", "hue-95", "hue-140", "hue-185", "hue-235", "hue-290", "hue-345"];

/**
 * Draws a picture, or initials on a tint derived from the name. Decorative: the name stands beside it. Avatars of
 * people are round, those of things are square.
 */
export function Avatar({
  name,
  src,
  size,
  shape,
}: {
  name: string;
  /** The address of the picture; undefined: initials are drawn. */
  src?: string | undefined;
  /** Default: as high as two lines of text. */
  size?: "xs" | "sm" | "lg" | undefined;
  shape?: "square";
}) {
  const look = { "data-size": size, "data-shape": shape };
  // biome-ignore lint/performance/noImgElement: it is small, ours, and has the size it is needed in.
  if (src) return <img src={src} alt="" loading="lazy" className="avatar" {...look} />;
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (
    <span aria-hidden="true" className={`avatar ${hues[hash % hues.length]}`} {...look}>
      {initials(name)}
    </span>
  );
}

import { initials } from "./format";

const hues = ["hue-25", "hue-60", "hue-95", "hue-140", "hue-185", "hue-235", "hue-290", "hue-345"];

/** Initials on a tint that stays with the name. Decorative: the name stands beside it. Things are square, people round. */
export function Avatar({
  name,
  size,
  shape,
}: {
  name: string;
  /** Otherwise as high as two lines of text. */
  size?: "sm" | "lg";
  shape?: "square";
}) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (
    <span aria-hidden="true" data-size={size} data-shape={shape} className={`avatar ${hues[hash % hues.length]}`}>
      {initials(name)}
    </span>
  );
}

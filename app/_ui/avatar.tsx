import { initials } from "./format";

const hues = ["hue-25", "hue-60", "hue-95", "hue-140", "hue-185", "hue-235", "hue-290", "hue-345"];

const sizes = {
  sm: "size-6 text-[0.625rem]",
  md: "size-8 text-xs",
  lg: "size-11 text-sm",
};

/** Initials on a tint that stays with the name. Decorative: the name stands beside it. Things are square, people round. */
export function Avatar({
  name,
  size = "md",
  shape = "round",
}: {
  name: string;
  size?: keyof typeof sizes;
  shape?: "round" | "square";
}) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return (
    <span
      aria-hidden="true"
      className={`inline-grid shrink-0 select-none place-items-center font-medium tracking-wide ${hues[hash % hues.length]} ${sizes[size]} ${shape === "round" ? "rounded-full" : "rounded-md"}`}
    >
      {initials(name)}
    </span>
  );
}

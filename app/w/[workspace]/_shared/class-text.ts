import { formatMoney, formatNumber } from "@/app/_ui/format";
import type { ClassCounts, CountedClass, PricedClass } from "@/server/usage/classes";

/**
 * The names of the usage classes, in the order in which they are shown, and the price that applies to a class without
 * its own.
 */
export const classText: Record<CountedClass, { name: string; base: "Input price" | "Output price" | "Nothing" }> = {
  cacheRead: { name: "Cached input", base: "Input price" },
  cacheWrite: { name: "Cache writes", base: "Input price" },
  audioInput: { name: "Audio input", base: "Input price" },
  imageInput: { name: "Image input", base: "Input price" },
  reasoning: { name: "Reasoning", base: "Output price" },
  audioOutput: { name: "Audio output", base: "Output price" },
  second: { name: "Seconds of audio", base: "Nothing" },
  image: { name: "Images", base: "Nothing" },
  page: { name: "Pages", base: "Nothing" },
  character: { name: "Characters", base: "Nothing" },
};

/** The classes in their order, for the columns of a file. */
export const classNames = Object.keys(classText) as CountedClass[];

/** The head of a class's column in a file: "cache_read_tokens", "seconds". */
export const classHead: Record<CountedClass, string> = {
  ...{ cacheRead: "cache_read_tokens", cacheWrite: "cache_write_tokens", audioInput: "audio_input_tokens" },
  ...{ imageInput: "image_input_tokens", reasoning: "reasoning_tokens", audioOutput: "audio_output_tokens" },
  ...{ second: "seconds", image: "images", page: "pages", character: "characters" },
};

/** Returns the classes that were used, with their names and amounts. */
export function classesOf(counts: ClassCounts): { id: CountedClass; name: string; count: number }[] {
  return classNames.flatMap((id) => {
    const count = counts[id] ?? 0;
    return count > 0 ? [{ id, name: classText[id].name, count }] : [];
  });
}

/** Formats as "Cached input 1,200, reasoning 300"; empty when no class was used. */
export function classLine(counts: ClassCounts): string {
  const parts = classesOf(counts).map(({ name, count }) => `${name.toLowerCase()} ${formatNumber(count)}`);
  const line = parts.join(", ");
  return line.charAt(0).toUpperCase() + line.slice(1);
}

const each: Partial<Record<PricedClass, string>> = {
  ...{ second: "a second", image: "an image", page: "a page", request: "a request", character: "a million characters" },
};

/** Formats as "0.02 EUR a million tokens", "0.04 EUR an image". */
export function classPrice(id: PricedClass, price: number, currency: string): string {
  const isSingle = id in each && id !== "character";
  return `${formatMoney(isSingle ? price / 1_000_000 : price, currency)} ${each[id] ?? "a million tokens"}`;
}

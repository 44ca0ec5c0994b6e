/** Returns "AL" for "Ada Lovelace", "A" for "ada@example.com", "?" for an empty name. Characters are never split. */
export function initials(name: string): string {
  const words = (name.includes("@") ? (name.split("@")[0] ?? "") : name).split(/[\s._-]+/u).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  const letters = picked.map((word) => [...(word ?? "")][0] ?? "").join("");
  return letters.toLocaleUpperCase("en") || "?";
}

export type Language = "json" | "python" | "typescript";

const words = new Map<unknown, Record<Language, string>>([
  [true, { json: "true", python: "True", typescript: "true" }],
  [false, { json: "false", python: "False", typescript: "false" }],
  [null, { json: "null", python: "None", typescript: "null" }],
]);

/**
 * Writes a JSON value on one line as a literal of a programming language. Text and numbers are the same in all of them.
 */
export function literal(value: unknown, language: Language): string {
  const word = words.get(value);
  if (word) return word[language];
  if (Array.isArray(value)) return `[${value.map((each) => literal(each, language)).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value as object)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${nameOf(name, language)}: ${literal(member, language)}`);
  if (members.length === 0) return "{}";
  return language === "typescript" ? `{ ${members.join(", ")} }` : `{${members.join(", ")}}`;
}

const nameOf = (name: string, language: Language) =>
  language === "typescript" && /^[a-zA-Z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);

import { readFileSync } from "node:fs";

/**
 * Reads a JSON setting from the variable `name` or from the file that `name`_FILE names. Undefined: neither is set.
 *
 * @returns the name of the variable that was used and its value; or a complaint, a sentence that begins with the name
 * of the variable and repeats no value
 */
export function readJsonSetting(
  variables: Record<string, string | undefined>,
  name: string,
): { name: string; json: unknown; complaint?: undefined } | { complaint: string } | undefined {
  const fileName = `${name}_FILE`;
  const { [name]: inline, [fileName]: file } = variables;
  if (!inline && !file) return undefined;
  if (inline && file) return { complaint: `${fileName} must not be set together with ${name}` };
  const used = file ? fileName : name;
  let text = inline ?? "";
  try {
    if (file) text = readFileSync(file, "utf8");
  } catch {
    return { complaint: `${used} cannot be read` };
  }
  try {
    return { name: used, json: JSON.parse(text) };
  } catch {
    return { complaint: `${used} is not JSON` };
  }
}

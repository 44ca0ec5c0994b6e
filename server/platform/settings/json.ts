import { readFileSync } from "node:fs";

/**
 * Returns a setting that is JSON: in the variable `name`, or in the file that `name`_FILE names. What is wrong is said as a
 * sentence that begins with the variable's name and repeats no value. Undefined: neither is set.
 *
 * @returns `name` of the variable that was used, and either what it says or a complaint
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

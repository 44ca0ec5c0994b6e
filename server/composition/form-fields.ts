/** A form's fields by name; a field that occurs several times has all its values. */
export type Values = Record<string, string | string[]>;

/** The most fields of our forms; further fields are ignored. */
const mostFields = 200;

/** Returns the fields of a form in one pass: this runs before authentication, on any posted body. */
export function fieldsOf(form: FormData): Values {
  const values: Values = Object.create(null);
  let left = mostFields;
  for (const [name, value] of form) {
    // React's own fields name the action; files are not read here.
    if (typeof value !== "string" || name.startsWith("$ACTION")) continue;
    if (left-- === 0) break;
    const former = values[name];
    values[name] = former === undefined ? value : [former, value].flat();
  }
  return values;
}

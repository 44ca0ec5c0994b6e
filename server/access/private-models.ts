/**
 * How the name begins that is shown in place of the id of a model that is hidden from the reader: this prefix and 12
 * hexadecimal digits.
 */
export const privateModelPrefix = "private-model-";

/** Finds such names in a text. */
export const privateModelPattern = new RegExp(`${privateModelPrefix}[0-9a-f]{12}`, "g");

/** Checks whether a model id, as shown to a person, is such a name. Then there is no page to link to. */
export function isPrivateModel(id: string): boolean {
  return id.startsWith(privateModelPrefix);
}

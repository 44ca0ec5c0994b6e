/** What stands in place of the id of a model that is hidden from its reader: this and 12 hexadecimal digits. */
export const privateModelPrefix = "private-model-";

/** Finds such stand-ins in a text. */
export const privateModelPattern = new RegExp(`${privateModelPrefix}[0-9a-f]{12}`, "g");

/** Checks whether a model's id, as it is shown to a person, stands in for one that is hidden from them: there is no page to link to. */
export function isPrivateModel(id: string): boolean {
  return id.startsWith(privateModelPrefix);
}

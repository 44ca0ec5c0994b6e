/** Returns the address of the page about the end of a base model. */
export function baseModelHref(id: string): string {
  return `/instance/models/${id.split("/").map(encodeURIComponent).join("/")}`;
}

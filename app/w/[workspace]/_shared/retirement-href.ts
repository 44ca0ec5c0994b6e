/** Returns the address of the page about the retirement of a model or a route. */
export function retirementHref(slug: string, id: string): string {
  return `/w/${slug}/models/retirement/${id.split("/").map(encodeURIComponent).join("/")}`;
}

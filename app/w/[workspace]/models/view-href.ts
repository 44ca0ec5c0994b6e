/** Returns the address of a model's page. Ids have colons, and those of base models may have slashes. */
export function viewHref(slug: string, id: string, query: Record<string, string> = {}): string {
  const text = new URLSearchParams(query).toString();
  const path = id.split("/").map(encodeURIComponent).join("/");
  return `/w/${slug}/models/view/${path}${text ? `?${text}` : ""}`;
}

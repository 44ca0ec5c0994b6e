import { withQuery } from "@/app/_ui/page-query";

/** Returns the address of a model's page. Ids have colons, and those of base models may have slashes. */
export function modelHref(slug: string, id: string, query: Record<string, string> = {}): string {
  return withQuery(`/w/${slug}/models/view/${id.split("/").map(encodeURIComponent).join("/")}`, query);
}

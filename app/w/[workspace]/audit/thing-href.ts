import { withQuery } from "@/app/_ui/page-query";
import { modelHref } from "../_shared/model-href";

type Target = { type: string; id: string; name: string | null; isThere: boolean };

/** Returns the address of the page that shows an object; undefined when it no longer exists or has no page. */
export function thingHref(slug: string, { type, id, name, isThere }: Target): string | undefined {
  if (!isThere) return undefined;
  const at = (page: string, query: Record<string, string> = {}) => withQuery(`/w/${slug}${page}`, query);
  switch (type) {
    case "key":
      return at("/keys", { q: id });
    case "member":
      return at("/members", name ? { q: name } : {});
    case "review":
      return at(`/members/reviews/${id}`);
    case "invitation":
      return at("/members/invitations");
    case "model":
      return modelHref(slug, id);
    case "route":
      return at("/models/routes");
    case "tag":
      return at("/usage/tags");
    case "preset":
      return at("/models/playground", { preset: id });
    case "fine_tuning_job":
      return at(`/models/jobs/${id}`);
    case "batch":
      return at(`/models/batches/${id}`);
    case "file":
      return at("/models/files", name ? { q: name } : {});
    default:
      return undefined;
  }
}

import { pictureResponse } from "@/app/_shared/picture-response";
import { instanceLogo, pageAppearance } from "@/server/composition/appearance";

/** Returns the instance's logo, for all: it is shown to those who sign in. */
export function GET(request: Request): Response {
  const webp = instanceLogo();
  if (webp === null) return new Response(null, { status: 404 });
  // An instance that has not heard of a new logo yet would have a browser keep the old one under the address of the new one.
  const { pathname, search } = new URL(request.url);
  const isThisOne = pageAppearance().logo === pathname + search;
  const cacheControl = isThisOne ? "private, max-age=31536000, immutable" : "no-store";
  return pictureResponse(webp, "logo.webp", { "Cache-Control": cacheControl });
}

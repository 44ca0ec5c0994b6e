import { pictureResponse } from "@/app/_shared/picture-response";
import { instanceLogo } from "@/server/composition/appearance";

/** Returns the instance's logo, for all: it is shown to those who sign in. */
export function GET(): Response {
  const webp = instanceLogo();
  if (webp === null) return new Response(null, { status: 404 });
  return pictureResponse(webp, "logo.webp", { "Cache-Control": "private, max-age=31536000, immutable" });
}

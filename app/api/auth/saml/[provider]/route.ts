import { ProviderFailure } from "@/server/auth/providers/failure";
import { findAnyProvider } from "@/server/auth/providers/list";
import { ownKeys } from "@/server/auth/saml/keys";
import { serviceMetadata } from "@/server/auth/saml/service";
import { log } from "@/server/platform/log";

/** Matches the ids of providers: UUIDs for those that operators added, shorter names for those in the environment. */
const anyId = /^[a-z0-9][a-z0-9-]{0,39}$/;

/**
 * Returns our metadata for a SAML provider, for any id that a provider can have: it is needed before the provider is added here, and does not reveal
 * which providers exist.
 */
export async function GET(_: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const { provider: id } = await params;
  if (!anyId.test(id)) return new Response("Not here.\n", { status: 404 });
  const found = (await findAnyProvider(id))?.settings;
  const keys = await ownKeys().catch((error: unknown) => {
    if (error instanceof ProviderFailure) return error;
    throw error;
  });
  if (keys instanceof ProviderFailure) {
    log.error({ err: keys }, "our SAML metadata cannot be written");
    return new Response(`${keys.message}.\n`, { status: 503 });
  }
  return new Response(serviceMetadata(found?.protocol === "saml" ? found : { id }, keys), {
    headers: {
      "Content-Type": "application/samlmetadata+xml; charset=utf-8",
      "Content-Disposition": 'attachment; filename="atelier-metadata.xml"',
    },
  });
}

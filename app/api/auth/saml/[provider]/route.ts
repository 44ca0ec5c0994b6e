import { findAnyProvider } from "@/server/auth/providers/list";
import { serviceMetadata } from "@/server/auth/saml/service";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Returns what a SAML provider is told of us, for any id that a provider can have: it is asked for before the provider is added here, and says nothing
 * about which are there.
 */
export async function GET(_: Request, { params }: { params: Promise<{ provider: string }> }): Promise<Response> {
  const { provider: id } = await params;
  if (!uuid.test(id)) return new Response("Not here.\n", { status: 404 });
  const found = (await findAnyProvider(id))?.settings;
  const xml = serviceMetadata(found?.protocol === "saml" ? found : { id });
  return new Response(xml, {
    headers: {
      "Content-Type": "application/samlmetadata+xml; charset=utf-8",
      "Content-Disposition": 'attachment; filename="atelier-metadata.xml"',
    },
  });
}

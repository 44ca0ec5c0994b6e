import { api } from "@/server/api/caller";

/** The workspace's picture, for its members. Nothing in it is ever run, whatever a browser takes it for. */
export async function GET(_: Request, { params }: { params: Promise<{ workspace: string }> }): Promise<Response> {
  const { workspace } = await params;
  const { webp } = await (await api()).workspaces.icon({ workspace });
  return new Response(new Uint8Array(Buffer.from(webp, "base64")), {
    headers: {
      "Content-Type": "image/webp",
      "Content-Disposition": 'inline; filename="icon.webp"',
      "Content-Security-Policy": "default-src 'none'; sandbox",
    },
  });
}

import { pictureResponse } from "@/app/_shared/picture-response";
import { api } from "@/server/composition/caller";

/** Returns the workspace's picture, for its members. */
export async function GET(_: Request, { params }: { params: Promise<{ workspace: string }> }): Promise<Response> {
  const { workspace } = await params;
  const { webp } = await (await api()).workspaces.icon({ workspace });
  return pictureResponse(webp, "icon.webp");
}

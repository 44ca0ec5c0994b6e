import { keptForever, pictureResponse } from "@/app/_shared/picture-response";
import { api } from "@/server/composition/caller";

type Params = { params: Promise<{ workspace: string; user: string; hash: string }> };

/** Returns a member's picture, for the members of the workspace. */
export async function GET(_: Request, { params }: Params): Promise<Response> {
  const { workspace, user, hash } = await params;
  const { webp } = await (await api()).members.avatar({ workspace, userId: user, hash });
  return pictureResponse(webp, "picture.webp", keptForever);
}

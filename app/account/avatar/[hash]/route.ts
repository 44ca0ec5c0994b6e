import { keptForever, pictureResponse } from "@/app/_shared/picture-response";
import { api } from "@/server/composition/caller";

/** Returns the person's own picture. */
export async function GET(_: Request, { params }: { params: Promise<{ hash: string }> }): Promise<Response> {
  const { hash } = await params;
  const { webp } = await (await api()).account.avatar({ hash });
  return pictureResponse(webp, "picture.webp", keptForever);
}

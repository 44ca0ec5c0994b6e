import { api } from "@/server/composition/caller";
import { answerDownload } from "@/server/composition/download";

type Props = { params: Promise<{ workspace: string; review: string }> };

/** Returns the result of a closed review, as exactly the bytes whose SHA-256 is in the audit log. */
export async function GET(request: Request, { params }: Props): Promise<Response> {
  const { workspace, review: reviewId } = await params;
  return answerDownload(request, `/w/${workspace}/members/reviews`, async () => {
    const { reviews } = await api();
    const { text } = await reviews.result({ workspace, reviewId });
    return new Response(text, {
      headers: {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Disposition": `attachment; filename="${workspace}-access-review.json"`,
      },
    });
  });
}

/** Returns a picture that Atelier has encoded. Its headers prevent a browser from executing anything in it, whatever type it guesses. */
export function pictureResponse(webp: string, filename: string, headers: Record<string, string> = {}): Response {
  return new Response(new Uint8Array(Buffer.from(webp, "base64")), {
    headers: {
      "Content-Type": "image/webp",
      "Content-Disposition": `inline; filename="${filename}"`,
      "Content-Security-Policy": "default-src 'none'; sandbox",
      ...headers,
    },
  });
}

/**
 * Answers with a picture whose address contains its hash. The browser may cache it for this session only, because another session has
 * another cookie.
 */
export const keptForever = { "Cache-Control": "private, max-age=31536000, immutable", Vary: "Cookie" };

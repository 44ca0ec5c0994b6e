/** Returns a picture that was made here. Nothing in it is ever run, whatever a browser takes it for. */
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
 * Answers with a picture whose address has its hash. The browser may keep it, for this session only: another session has
 * another cookie.
 */
export const keptForever = { "Cache-Control": "private, max-age=31536000, immutable", Vary: "Cookie" };

import { api } from "@/server/composition/caller";

/** Returns only a mail's HTML, for the frame on its page. The policy allows its inline styles and nothing else. */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const { html } = await (await api()).mailbox.get({ id });
  return new Response(html.replace("<head>", '<head><base target="_top">'), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy":
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'self'; frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation",
      "X-Frame-Options": "SAMEORIGIN",
    },
  });
}

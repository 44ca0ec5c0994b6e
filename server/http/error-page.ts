import type { ServerResponse } from "node:http";
import { appearance } from "@/server/membership/instance/appearance";
import { type Calm, takeErrorPage } from "@/server/platform/error-page";
import type { Drawn } from "./missing-page";

const texts: Record<Calm, { status: number; title: string; text: string; link: [string, string] }> = {
  unavailable: {
    status: 503,
    title: "{name} will be back in a moment",
    text: "It cannot reach its database just now. Nothing was changed. This page tries again by itself every few seconds.",
    link: ["", "Try again"],
  },
  missing: {
    status: 404,
    title: "There is nothing here",
    text: "The address may be mistyped, or what was here is gone, or it is not yours to see.",
    link: ["/", "Go to {name}"],
  },
};

/** The colours of app/globals.css; this page fetches nothing except its icon. */
const style = `
:root{color-scheme:light dark;--paper:#faf7f2;--ink:#201b16;--soft:#5d544a;--accent:#9a4a1c;--on:#fffaf5}
@media(prefers-color-scheme:dark){:root{--paper:#161310;--ink:#f3ede4;--soft:#b5aa9b;--accent:#e89a66;--on:#20140b}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif;text-align:center}
main{max-width:26rem;padding:2rem}h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25;letter-spacing:-.02em}p{margin:0 0 1.5rem;color:var(--soft)}
a{display:inline-block;padding:.5rem 1rem;border-radius:.375rem;background:var(--accent);color:var(--on);text-decoration:none;font-weight:500}`;

function page(why: Calm, nonce: string): string {
  const { text, link } = texts[why];
  const name = escaped(appearance().name);
  const named = (sentence: string) => sentence.replace("{name}", () => name);
  const title = named(texts[why].title);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} · ${name}</title>
<link rel="icon" href="/icon.svg"><style nonce="${nonce}">${style}</style></head>
<body><main id="content"><h1>${title}</h1><p>${text}</p><p><a href="${link[0]}">${named(link[1])}</a></p></main></body>
</html>
`;
}

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * Answers with a static page and the proper status when a page failed to render. Next itself answers such an error with
 * an empty document that only a script can fill. Must be called before Next writes.
 *
 * @param draw renders the application's own page for a missing address; if that fails, the plain one is sent
 */
export function answerCalmly(
  response: ServerResponse,
  { requestId, nonce, wantsHtml }: { requestId: string; nonce: string; wantsHtml: boolean },
  draw: () => Promise<Drawn | null>,
): void {
  const { writeHead, write, end } = response;
  let isTakenOver = false;

  const send = (why: Calm, status: number, drawn: Drawn | null) => {
    const body = drawn?.body ?? Buffer.from(page(why, nonce));
    if (drawn) response.setHeader("Content-Security-Policy", drawn.policy);
    for (const name of ["Content-Encoding", "Content-Length", "Transfer-Encoding", "Link", "ETag"])
      response.removeHeader(name);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    if (status === 503) response.setHeader("Refresh", "5");
    response.setHeader("Content-Length", body.byteLength);
    Reflect.apply(writeHead, response, [status]);
    Reflect.apply(end, response, [body]);
  };

  response.writeHead = ((...args: Parameters<ServerResponse["writeHead"]>) => {
    if (isTakenOver) return response;
    const why = takeErrorPage(requestId);
    if (!why) return Reflect.apply(writeHead, response, args);
    const { status } = texts[why];
    if (status === 503) response.setHeader("Retry-After", "5");
    if (!wantsHtml) return Reflect.apply(writeHead, response, [status]);
    isTakenOver = true;
    if (why === "missing") draw().then((drawn) => response.destroyed || send(why, status, drawn));
    else send(why, status, null);
    return response;
  }) as ServerResponse["writeHead"];
  response.write = ((...args: Parameters<ServerResponse["write"]>) => {
    if (!response.headersSent) response.writeHead(response.statusCode);
    return isTakenOver ? true : Reflect.apply(write, response, args);
  }) as ServerResponse["write"];
  response.end = ((...args: Parameters<ServerResponse["end"]>) => {
    if (!response.headersSent) response.writeHead(response.statusCode);
    return isTakenOver ? response : Reflect.apply(end, response, args);
  }) as ServerResponse["end"];
}

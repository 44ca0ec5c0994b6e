import type { ServerResponse } from "node:http";
import { takeUnavailable } from "./unavailable";

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Back in a moment · Atelier</title>
<link rel="icon" href="data:,"></head>
<body>
<main>
<h1>Atelier will be back in a moment</h1>
<p>It cannot reach its database just now. Nothing was changed. This page tries again by itself every few seconds.</p>
<p><a href="">Try again</a></p>
</main>
</body>
</html>
`;

/**
 * When a page could not be drawn because the database is out of reach, answers with status 503 and a page that needs
 * nothing, instead of what Next made of the error. Must be called before Next writes.
 */
export function answerCalmly(response: ServerResponse, requestId: string, wantsHtml: boolean): void {
  const { writeHead, write, end } = response;
  let isTakenOver = false;
  response.writeHead = ((...args: Parameters<ServerResponse["writeHead"]>) => {
    if (!takeUnavailable(requestId)) return Reflect.apply(writeHead, response, args);
    response.statusCode = 503;
    response.setHeader("Retry-After", "5");
    if (!wantsHtml) return Reflect.apply(writeHead, response, [503]);
    isTakenOver = true;
    for (const name of ["Content-Encoding", "Content-Length", "Transfer-Encoding", "Link", "ETag"])
      response.removeHeader(name);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    response.setHeader("Refresh", "5");
    response.setHeader("Content-Length", Buffer.byteLength(page));
    Reflect.apply(writeHead, response, [503]);
    Reflect.apply(end, response, [page]);
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

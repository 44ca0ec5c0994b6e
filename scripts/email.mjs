// npm run email: shows every mail as its recipients see it on one page, with the sample props in its file. Reload the
// page after a change. Nothing is sent, and no real data is used.
import { readdirSync, rmSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkNode, ensureDependencies, root, SetupError } from "./setup.mjs";

try {
  checkNode();
  process.chdir(root);
  ensureDependencies({ dev: true });
  await mails();
  const server = http.createServer((request, response) => {
    answer(request.url ?? "/", response).catch((error) => {
      response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8" }).end(`${error.message}\n`);
    });
  });
  server.listen(Number(process.env.PORT || 0), "127.0.0.1", () => {
    console.log(`Every mail: http://127.0.0.1:${server.address().port}`);
  });
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}

/** Returns the current templates: the files of emails/ that have sample props. */
async function mails() {
  const { bundleMails } = await import("./bundle.mjs");
  const names = readdirSync("emails")
    .filter((name) => name.endsWith(".tsx") && !name.includes(".test."))
    .map((name) => path.basename(name, ".tsx"));
  const folder = path.join(root, "dist", "emails");
  rmSync(folder, { recursive: true, force: true });
  await bundleMails(
    names.map((name) => `emails/${name}.tsx`),
    folder,
  );
  const { render, toPlainText } = await import("@react-email/render");
  const found = [];
  for (const name of names) {
    const {
      default: Mail,
      subject,
      PreviewProps,
    } = await import(`${pathToFileURL(path.join(folder, `${name}.mjs`))}?at=${Date.now()}`);
    if (!PreviewProps) continue;
    const body = Mail(PreviewProps);
    const html = await render(body);
    const text = toPlainText(html);
    found.push({ name, subject: subject(PreviewProps), html, text });
  }
  return found;
}

async function answer(url, response) {
  const { pathname } = new URL(url, "http://127.0.0.1");
  const all = await mails();
  const one = all.find(({ name }) => pathname === `/${name}`);
  if (!one && pathname !== "/") return response.writeHead(404).end("There is no such mail.\n");
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" });
  response.end(one ? one.html : page(all));
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function page(all) {
  const links = all.map(({ name }) => `<a href="#${name}">${name}</a>`).join(" ");
  const parts = all.map(
    ({ name, subject, text }) => `<section id="${name}">
<h2>${name} <a href="/${name}">alone</a></h2>
<p>Subject: <strong>${escaped(subject)}</strong></p>
<div><iframe title="${name} as HTML" src="/${name}" sandbox></iframe>
<pre tabindex="0" aria-label="${name} as text">${escaped(text)}</pre></div>
</section>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Every mail</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 80rem; padding: 1.5rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.75rem; }
section { margin-top: 2.5rem; }
h2 a { font-size: 0.8rem; font-weight: normal; }
section > div { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
iframe, pre { box-sizing: border-box; width: 100%; height: 44rem; margin: 0; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; }
pre { overflow: auto; padding: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
</style></head>
<body><h1>Every mail</h1><nav aria-label="Mails">${links}</nav>${parts.join("\n")}</body></html>
`;
}

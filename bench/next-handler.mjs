// The simplest JSON answer of Next: one route handler without anything before it. The floor of all pages that Next draws.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../scripts/setup.mjs";
import { freePort, start } from "./processes.mjs";

const next = path.join(root, "node_modules/next/dist/bin/next");

/** Builds this handler in the folder of the benchmarks' data and serves it at `/api`. */
export async function startNextHandler() {
  const folder = path.join(root, ".data/bench-next-handler");
  mkdirSync(path.join(folder, "app/api"), { recursive: true });
  const write = (name, text) => writeFileSync(path.join(folder, name), text);
  write("package.json", '{ "private": true }\n');
  write(
    "next.config.js",
    `module.exports = { turbopack: { root: ${JSON.stringify(root)} }, outputFileTracingRoot: ${JSON.stringify(root)} };\n`,
  );
  write(
    "app/api/route.js",
    'export const dynamic = "force-dynamic";\nexport const GET = () => Response.json({ ok: true });\n',
  );
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const built = spawnSync(process.execPath, [next, "build"], { cwd: folder, env, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`the floor could not be built: ${built.stderr.slice(-500)}`);
  const port = await freePort();
  return start({ args: [next, "start", "-p", String(port), "-H", "127.0.0.1"], cwd: folder, port, path: "/api" });
}

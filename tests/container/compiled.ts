import { chmodSync, chownSync, lstatSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Image, runInCage } from "./cage";
import { type Started, start } from "./started";
import type { Check } from "./stories";

type Stage = { image: Image; environment: Record<string, string>; data: string; url: string; check: Check };

/** What a start does with the code that former starts have compiled, by what Node.js says of it. The data is that of a container that has run. */
export async function compiledCode({ image, environment, data, url, check }: Stage): Promise<void> {
  const folder = path.join(data, "compiled");
  const [build = "", ...others] = readdirSync(folder);
  const { mode } = lstatSync(path.join(folder, build));
  check("compiled code is kept for this account alone", (mode & 0o777) === 0o700, (mode & 0o777).toString(8));
  check("and for this build alone", others.length === 0);
  const begin = () =>
    start(runInCage(image, { environment: { ...environment, NODE_DEBUG_NATIVE: "COMPILE_CACHE" }, data }), url);
  const taken = ({ output }: Started) => output().split("was accepted").length - 1;

  const next = await begin();
  await next.stop();
  check("the next start takes it", next.isReady && taken(next) > 0, `${taken(next)} modules`);

  for (const file of filesIn(folder)) writeFileSync(file, "garbage");
  const damaged = await begin();
  await damaged.stop();
  // A few are loaded again once the start has written them.
  check("a damaged one is compiled anew", damaged.isReady && taken(damaged) < 100, `${taken(damaged)} modules`);

  chownSync(folder, 0, 0);
  chmodSync(folder, 0o755);
  const foreign = await begin();
  await foreign.stop();
  check("one that another account could write is not taken", foreign.isReady && taken(foreign) === 0);
  chownSync(folder, 1000, 1000);
  chmodSync(folder, 0o700);
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

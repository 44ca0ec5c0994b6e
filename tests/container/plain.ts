import { mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { buildStage } from "./build";
import { type Image, runInCage } from "./cage";
import { start } from "./started";
import type { Check } from "./stories";

type Stage = {
  image: Image;
  environment: Record<string, string>;
  data: string;
  url: string;
  check: Check;
  folder: string;
};

const place = "/srv/atelier";

/**
 * What docs/containers.md says of the way without a container: what a clone has, `npm ci --omit=dev` and one build; the start then needs no registry and no
 * compiler, and writes to DATA_DIR alone, which a root that cannot be written to shows.
 */
export async function withoutContainer({ image, environment, data, url, check, folder }: Stage): Promise<void> {
  const layers = mkdtempSync(path.join(folder, "plain-"));
  const instructions = [
    { name: "WORKDIR", rest: place },
    { name: "COPY", rest: ". ." },
    { name: "RUN", rest: "npm ci --omit=dev --no-audit --no-fund" },
    { name: "RUN", rest: "npm run build" },
    { name: "RUN", rest: "mkdir /data" },
  ];
  const written = buildStage({ name: "plain", instructions }, image.base, layers, new Map());
  const root = path.join(layers, "start");
  mkdirSync(root);
  const settings = { ...image.settings, folder: place, command: ["node", "scripts/start.mjs"] };
  // No registry: nothing could be installed.
  const more = { npm_config_registry: "http://127.0.0.1:9/", npm_config_offline: "true" };
  const plain = { ...image, written, root, settings };
  const started = await start(runInCage(plain, { environment: { ...environment, ...more }, data }), url);
  check(
    "without a container, without development's packages, it starts on a root that cannot be written to",
    started.isReady,
    `${started.ms} ms`,
  );
  check(
    "installing and building nothing",
    !/Installing dependencies|Building\./.test(started.output()),
    started.isReady ? "" : started.output(),
  );
  await started.stop();
}

// P10: the time from the start of `npm start`'s program to the first answer, including embedded PostgreSQL.
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { figure } from "./figures.mjs";
import { median } from "./load.mjs";
import { freePort, start } from "./processes.mjs";
import { startArgs } from "./stage.mjs";

const times = 3;

export async function run(stage) {
  await stage.clear();
  const first = [];
  const again = [];
  for (let i = 0; i < times; i += 1) {
    const folder = mkdtempSync(path.join(stage.dataDir, "cold-"));
    for (const list of [first, again]) {
      const port = await freePort();
      const env = {
        DATA_DIR: folder,
        APP_URL: `http://127.0.0.1:${port}`,
        HOST: "127.0.0.1",
        AUTH_SECRET: "",
        KEY_PEPPER: "",
      };
      const server = await start({ args: startArgs, port, path: "/api/health/ready", env });
      list.push(server.startMs / 1_000);
      await server.stop();
    }
    rmSync(folder, { recursive: true, force: true });
  }
  return [
    figure({ id: "P10", name: "start with data: to the first answer", value: median(again), unit: "s", atMost: 3 }),
    figure({ id: "P10", name: "the very first start, build excluded", value: median(first), unit: "s", atMost: 6 }),
  ];
}

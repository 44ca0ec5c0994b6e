// P11: the memory of the server, idle and after using every part of it.
import { figure } from "./figures.mjs";
import { load, request } from "./load.mjs";
import { pause, residentMiB } from "./processes.mjs";
import { page } from "./stage.mjs";

export async function run(stage) {
  await stage.clear();
  const app = await stage.app();
  const where = await stage.world.place(stage.sql, 50);
  const keys = await stage.world.keys(stage.sql, where, 1_000);
  await pause(3_000);
  const idle = residentMiB(app.pid);
  const at = (next) => load({ port: app.port, next, inFlight: 16, ms: 6_000 });
  for (const path of ["", "/members", "/keys", "/settings"]) {
    const bytes = page(stage, where.admin, `/w/${where.slug}${path}`);
    await at(() => bytes);
  }
  await at((i) => request("GET", "/v1/models", { authorization: `Bearer ${keys[i % keys.length].key}` }));
  const loaded = residentMiB(app.pid);
  return [
    figure({ id: "P11", name: "memory of the server, idle", value: idle, unit: "MiB", atMost: 200 }),
    figure({
      id: "P11",
      name: "memory of the server, after a round of pages and keys",
      value: loaded,
      unit: "MiB",
      atMost: 450,
    }),
  ];
}

// P6: the models page, and a search in it, with 10,000 tuned models of a workspace compared with 50.
import { figure } from "./figures.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

const sizes = [50, 10_000];

export async function run(stage) {
  const app = await stage.app();
  const contenders = [];
  for (const size of sizes) {
    const where = await stage.world.place(stage.sql);
    await stage.world.models(stage.sql, where, size);
    for (const [what, query] of [
      ["page", ""],
      ["search", "?q=model"],
    ]) {
      const bytes = page(stage, where.admin, `/w/${where.slug}/models${query}`);
      contenders.push({
        name: `${what} ${size}`,
        port: app.port,
        pid: app.pid,
        next: () => bytes,
        inFlight: 1,
        ms: 2_500,
      });
    }
  }
  await stage.sql`analyze models, usage_hourly`;
  const [control, ...others] = contenders;
  const found = await rounds(control, others, { warm: 3_000 });
  const figures = [];
  for (const what of ["page", "search"])
    figures.push(
      figure({
        id: "P6",
        name: `models ${what} at 10,000, one at a time`,
        value: found[`${what} 10000`].p50,
        unit: "ms",
        against: found[`${what} 50`].p50,
        base: "the same at 50",
        atMost: 1.3,
        note: await profiled(app, () => measure(contenders.find(({ name }) => name === `${what} 10000`))),
      }),
    );
  return figures.map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}

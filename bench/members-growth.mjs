// P6: the members page, and a search in it, with 5,000 and 100,000 members compared with 50.
import { figure } from "./figures.mjs";
import { profiled } from "./processes.mjs";
import { measure, rounds } from "./rounds.mjs";
import { page } from "./stage.mjs";

const sizes = [50, 5_000, 100_000];

export async function run(stage) {
  const app = await stage.app();
  const contenders = [];
  for (const size of sizes) {
    const where = await stage.world.place(stage.sql, size);
    for (const [what, query] of [
      ["page", ""],
      ["search", "?q=member+4"],
    ]) {
      const bytes = page(stage, where.admin, `/w/${where.slug}/members${query}`);
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
  await stage.sql`analyze memberships, users`;
  const [control, ...others] = contenders;
  const found = await rounds(control, others, { warm: 3_000 });
  const figures = [];
  for (const what of ["page", "search"]) {
    for (const size of sizes.slice(1)) {
      const note =
        size === 100_000
          ? await profiled(app, () => measure(contenders.find(({ name }) => name === `${what} ${size}`)))
          : "";
      figures.push(
        figure({
          id: "P6",
          name: `members ${what} at ${size.toLocaleString("en")}, one at a time`,
          value: found[`${what} ${size}`].p50,
          unit: "ms",
          // Compared with the page and not with a search among 50 members, which would draw fewer rows.
          against: found["page 50"].p50,
          base: "the page at 50",
          atMost: 1.15,
          note,
        }),
      );
    }
  }
  return figures.map((each) => ({ ...each, discarded: found.discarded, noisy: found.noisy }));
}

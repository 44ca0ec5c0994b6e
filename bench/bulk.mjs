// P13: a list of a thousand invitations, in slices of 50 as the page sends them: rows per second, with their mails and audit
// rows. Each round uses another workspace and another person, because both have limits.
import { figure } from "./figures.mjs";
import { median } from "./load.mjs";
import { measure } from "./rounds.mjs";
import { call } from "./stage.mjs";

const rows = 1_000;
const slice = 50;

export async function run(stage) {
  const app = await stage.app();
  const { world, sql } = stage;
  const taken = [];
  for (let round = 0; round < 4; round += 1) {
    const where = await world.place(sql);
    const next = (i) => {
      const line = (_, j) => `bulk-${round}-${i * slice + j}-${Date.now()}@example.com,developer`;
      const list = Array.from({ length: slice }, line).join("\n");
      return call(stage, where.admin, "invitations.createMany", { workspace: where.slug, list });
    };
    const { rate } = await measure({
      port: app.port,
      pid: app.pid,
      inFlight: 1,
      ms: 60_000,
      count: rows / slice,
      next,
    });
    const [{ n }] = await sql`select count(mail_id)::int as n from invitations where workspace_id = ${where.id}`;
    if (n !== rows) throw new Error(`${n} invitations with a mail, not ${rows}`);
    // The first one is for warm-up.
    if (round > 0) taken.push(rate * slice);
  }
  const value = median(taken);
  const note = `${rows} rows in ${(rows / value).toFixed(1)} s, while the mails of former slices are rendered and sent in the same process`;
  return [figure({ id: "P13", name: "invite 1,000 from a list", value, unit: "rows/s", note })];
}

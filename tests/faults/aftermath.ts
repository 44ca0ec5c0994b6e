import type postgres from "postgres";
import type { Instance } from "./instance";
import { checkInvariants } from "./invariants";
import type { Done, Load } from "./load";
import type { Report } from "./report";

/** A killed instance, and the time. */
export type Kill = { name: string; at: number };

/** A chat that a killed instance answered in this many milliseconds before its end may be missing from the ledger. */
const lossMs = 1_000;

/** Checks after a fault: the promises hold, everything acknowledged exists once, and nothing is in another workspace. */
export async function checkAftermath(
  report: Report,
  stage: { sql: postgres.Sql; instances: Pick<Instance, "surprises">[] },
  fault: string,
  load: Load,
  kills: Kill[] = [],
): Promise<void> {
  const broken = (await checkInvariants(stage.sql)).filter(({ breaches }) => breaches > 0);
  report.check(
    `${fault}: the invariants hold`,
    broken.length === 0,
    broken.map(({ name, breaches, first }) => `${name}: ${breaches}, ${first}`).join("; "),
  );
  const isLost = (counts: Map<string, number>) =>
    load.done.filter(({ kind, mark, slug }) => counts.get(`${kind} ${mark} ${slug}`) !== 1);
  let counts = await countMarks(stage);
  // A chat is settled shortly after its answer; after an outage this takes a few seconds more.
  const deadline = Date.now() + 10_000;
  while (isLost(counts).length > 0 && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    counts = await countMarks(stage);
  }
  const isExcused = ({ kind, at, from }: Done) =>
    kind === "chat" && kills.some((kill) => kill.name === from && at <= kill.at && at > kill.at - lossMs);
  const missing = isLost(counts);
  const lost = missing.filter((done) => !isExcused(done));
  report.check(
    `${fault}: each of ${load.done.length} acknowledged changes is there, once and in its workspace`,
    lost.length === 0 && load.done.length > 0,
    lost[0]
      ? `${lost.length} are not, such as ${JSON.stringify(lost[0])}`
      : kills.length > 0
        ? `but for ${missing.length} chats of the last second before ${kills.length} kills`
        : "",
  );
  const doubled = [...counts].filter(([, count]) => count > 1);
  report.check(
    `${fault}: of ${load.tried.size} attempts none was committed twice`,
    doubled.length === 0,
    doubled[0]?.join(" × ") ?? "",
  );
  const [strayed] = await stage.sql`
    select count(*)::int as n from api_keys k join workspaces w on w.id = k.workspace_id
    where split_part(k.name, ' ', 1) <> w.slug and k.name ~ '^[a-z0-9-]+ [0-9a-f-]{13}$'`;
  report.check(`${fault}: no row of one workspace is in another`, strayed?.n === 0, strayed?.n ? `${strayed.n}` : "");
  const surprises = stage.instances.flatMap((instance) => instance.surprises.splice(0));
  report.check(`${fault}: no instance ended by itself`, surprises.length === 0, surprises.join("; "));
}

/** Returns how often each object that the load creates exists, by its kind, its mark and its workspace. */
async function countMarks({ sql }: { sql: postgres.Sql }): Promise<Map<string, number>> {
  const rows = await sql<{ mark: string; n: number }[]>`
    select 'key ' || k.name || ' ' || w.slug as mark, count(*)::int as n
      from api_keys k join workspaces w on w.id = k.workspace_id group by 1
    union all select 'chat ' || c.id || ' ' || w.slug, count(*)::int
      from (select workspace_id, id from usage_ledger union all select workspace_id, id from usage_reservations) c
      join workspaces w on w.id = c.workspace_id group by 1
    union all select 'workspace ' || name || ' ' || min(slug), count(*)::int
      from workspaces where name like 'new %' group by name
    union all select 'invitation ' || i.email || ' ' || w.slug, count(*)::int
      from invitations i join workspaces w on w.id = i.workspace_id group by 1
    union all select 'membership ' || u.email || ' ' || w.slug, count(*)::int
      from memberships m join users u on u.id = m.user_id join workspaces w on w.id = m.workspace_id group by 1`;
  return new Map(rows.map(({ mark, n }) => [mark, n]));
}

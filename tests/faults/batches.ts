import { Client } from "./client";
import { pause } from "./database-faults";
import { checkInvariants } from "./invariants";
import { makeHomes } from "./load";
import { batchWord } from "./provider";
import type { Report } from "./report";
import type { Stage } from "./stage";

const lineCount = 600;
/** The default of `BATCH_CONCURRENCY`: the maximum number of lines in progress. */
const underWayAtOnce = 16;
/**
 * An answer is charged and then stored some milliseconds later, or some hundred on a busy machine. Lines that were answered in that time may be sent
 * again. They are charged once.
 */
const unkept = 6 * underWayAtOnce;
/** A claim ends 30 seconds after its instance has stopped; the calls of a stopped instance are charged as lost after ten. */
const takenUpWithinMs = 90_000;

/** Kills an instance while it runs a batch. Checks that another continues it, that every line has one answer, and that no line is charged twice. */
export async function killUnderABatch(report: Report, stage: Stage): Promise<void> {
  const client = new Client(stage.appUrl);
  const [home] = await makeHomes(stage, 1);
  if (!home) throw new Error("there is no workspace");
  const [victim, other] = stage.instances;
  const input = { workspace: home.slug, name: "A batch", expiration: "90" };
  const made = await client.change(victim, home.admin, "keys.create", input);
  const { secret, id: keyId } = made.data as { secret: string; id: string };
  await other.stop();
  const created = await client.post(victim, secret, "/v1/batch/jobs", {
    ...{ endpoint: "/v1/chat/completions", model: "small" },
    requests: Array.from({ length: lineCount }, (_, i) => ({
      custom_id: `line-${i}`,
      body: { max_tokens: 20, messages: [{ role: "user", content: `${batchWord} ${i}.` }] },
    })),
  });
  const { id } = created.data as { id: string };
  if (created.status !== 200) throw new Error(`no batch was made: ${created.status} ${created.text}`);
  const state = async () => {
    const [row] = await stage.sql<{ status: string; completed: number; failed: number }[]>`
      select status, completed, failed from batches where id = ${id}`;
    return row ?? { status: "gone", completed: 0, failed: 0 };
  };
  const deadline = Date.now() + takenUpWithinMs;
  while ((await state()).completed < lineCount / 4 && Date.now() < deadline) await pause(10);
  const asked = stage.models.askedOfBatches;
  await victim.kill();
  const killedAt = Date.now();
  const { completed: before } = await state();
  const sentBefore = new Set(asked.keys());
  await other.start();
  let takenUpMs: number | undefined;
  while ((await state()).status !== "completed" && Date.now() < killedAt + takenUpWithinMs) {
    if ((await state()).completed > before) takenUpMs ??= Date.now() - killedAt;
    await pause(100);
  }
  const after = await state();
  report.check(
    `batches kill: an instance is killed with ${before} of ${lineCount} lines answered, and another answers the others`,
    before > 0 &&
      before < lineCount &&
      after.status === "completed" &&
      after.completed === lineCount &&
      after.failed === 0,
    `${after.status}, ${after.completed} answered, taken up ${((takenUpMs ?? 0) / 1_000).toFixed(1)} s after the kill`,
  );
  const [kept] = await stage.sql`
    select count(*)::int as lines, count(distinct line)::int as different from batch_lines where batch_id = ${id}`;
  const twice = [...asked.values()].filter((times) => times > 1).length;
  report.check(
    "batches kill: every line is answered once, and only what was under way is sent again",
    asked.size === lineCount &&
      twice <= underWayAtOnce + unkept &&
      [...asked.values()].every((times) => times <= 2) &&
      Number(kept?.lines) === Number(kept?.different),
    `${twice} sent twice of ${sentBefore.size} that were sent before the kill`,
  );
  // The lines in progress are charged as lost when their instance is considered ended.
  while (Date.now() < killedAt + 20_000) await pause(500);
  const charged = await stage.sql<{ usageSource: string; errorCode: string | null; cost: number; lines: number }[]>`
    select usage_source as "usageSource", error_code as "errorCode", sum(cost)::int as cost, count(*)::int as lines
    from usage_ledger where key_id = ${keyId} and operation = 'batch-chat' group by 1, 2`;
  const linesOf = (is: (row: (typeof charged)[number]) => boolean) =>
    charged.filter(is).reduce((sum, { lines }) => sum + lines, 0);
  const good = linesOf(({ usageSource, errorCode }) => usageSource !== "none" && errorCode === null);
  const again = linesOf(({ errorCode }) => errorCode === "charged_before");
  const lost = linesOf(({ errorCode }) => errorCode === "lost");
  const free = charged.filter(({ usageSource }) => usageSource === "none").every(({ cost }) => cost === 0);
  report.check(
    "batches kill: every line is charged once: those that are sent again are not charged again, and none is charged as lost",
    good === lineCount &&
      free &&
      linesOf(({ usageSource }) => usageSource !== "none") === lineCount &&
      again + lost <= twice,
    `${good} charged for ${lineCount} lines; ${again} answered again without a charge, ${lost} lost without one`,
  );
  const [sums] = await stage.sql<{ batch: number; ledger: number; charges: number }[]>`
    select (select cost from batches where id = ${id})::int as batch,
      (select sum(cost) from usage_ledger where key_id = ${keyId} and operation = 'batch-chat')::int as ledger,
      (select sum(cost) from batch_charges where batch_id = ${id})::int as charges`;
  report.check(
    "batches kill: what the batch says it has cost is what the ledger says",
    sums !== undefined && sums.ledger > 0 && sums.batch === sums.ledger && sums.charges === sums.ledger,
    JSON.stringify(sums),
  );
  const broken = (await checkInvariants(stage.sql)).filter(
    ({ name, breaches }) => /^I[78] /.test(name) && breaches > 0,
  );
  report.check(
    "batches kill: all counters are the sums of the ledger",
    broken.length === 0,
    broken.map(({ name, breaches, first }) => `${name}: ${breaches}, ${first}`).join("; "),
  );
  await victim.start();
}

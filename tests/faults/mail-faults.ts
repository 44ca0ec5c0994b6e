import { randomUUID } from "node:crypto";
import { type Mail, sealMail } from "@/server/mail/outbox";
import { pause } from "./database-faults";
import { startLoad } from "./load";
import type { Manner } from "./provider";
import type { Report } from "./report";
import type { Stage } from "./stage";

const patienceMs = 60_000;

/** Checks CR-13: three workers send a thousand mails, each once. */
export async function threeWorkers(report: Report, stage: Stage, count = 1_000): Promise<void> {
  await stage.spare.start();
  const ids = await put(stage, count);
  const begun = Date.now();
  await drained(stage);
  const calls = ids.map((id) => stage.provider.taken.get(id) ?? 0);
  const [sent] = await stage.sql`
    select count(*)::int as n from mail_outbox where id = any(${ids}::uuid[]) and status = 'sent'`;
  await stage.spare.kill();
  report.check(
    `CR-13 3 workers send ${count} mails with ${count} keys, none twice`,
    calls.every((n) => n === 1) && sent?.n === count,
    `${calls.filter((n) => n > 1).length} twice, ${calls.filter((n) => n === 0).length} never, ${Date.now() - begun} ms`,
  );
}

/** Runs a load with every failure of the provider. Checks that all committed mails are delivered after the provider works again. */
export async function badProvider(report: Report, stage: Stage, secondsEach: number): Promise<void> {
  const before = new Set(stage.provider.taken.keys());
  const load = await startLoad(stage);
  for (const manner of ["slow", "down", "refusing", "dropping"] satisfies Manner[]) {
    stage.provider.manner = manner;
    await pause(secondsEach * 1_000);
  }
  stage.provider.manner = "healthy";
  await load.stop();
  report.check(
    `mail provider slow, down, refusing, dropping: none of ${load.count} requests noticed`,
    load.failures.length === 0,
    load.failures[0] ? JSON.stringify(load.failures[0]) : "",
  );
  await drained(stage);
  // A mail is withdrawn if its invitation was answered before the provider worked again, and only then.
  const rows = await stage.sql<{ id: string; status: string; isWithdrawn: boolean }[]>`
    select m.id, m.status, m.last_error = 'withdrawn' and exists (
      select from invitations i where i.mail_id = m.id and i.status <> 'pending') is true as "isWithdrawn"
    from mail_outbox m`;
  const known = new Set(rows.map(({ id }) => id));
  const undelivered = rows.filter(
    ({ id, status, isWithdrawn }) => !isWithdrawn && (status !== "sent" || !stage.provider.taken.has(id)),
  );
  const invented = [...stage.provider.taken.keys()].filter((key) => !before.has(key) && !known.has(key));
  report.check(
    `I10 all ${rows.length} committed mails were delivered, and none that was not committed`,
    undelivered.length === 0 && invented.length === 0,
    `${undelivered.length} not delivered, ${invented.length} invented`,
  );
}

/** Checks FA-05: the provider accepts a mail, and the instance is killed before it can record that. */
export async function dieBeforeMarking(report: Report, stage: Stage): Promise<void> {
  const { provider, instances, sql } = stage;
  let deaths: Promise<unknown> | undefined;
  provider.manner = "dropping";
  const taken = new Promise<string>((resolve) => {
    provider.onTaken = (key) => {
      deaths ??= Promise.all(instances.map((instance) => instance.kill()));
      resolve(key);
    };
  });
  const [id] = await put(stage, 1);
  const key = await Promise.race([taken, pause(20_000).then(() => "nothing was sent")]);
  await deaths;
  provider.onTaken = () => {};
  provider.manner = "healthy";
  const [row] = await sql`select status from mail_outbox where id = ${id ?? null}`;
  report.check("FA-05 a mail whose sender died after the provider took it is still queued", row?.status === "queued");

  // Older than the provider's memory of keys, as if everything had been down for a day.
  const [old] = await put(stage, 1);
  await sql`update mail_outbox set created_at = now() - interval '23 hours 5 minutes' where id = ${old ?? null}`;
  await Promise.all(instances.map((instance) => instance.start()));
  await drained(stage);
  const [again] = await sql`select status from mail_outbox where id = ${id ?? null}`;
  report.check(
    "FA-05 after the restart it is sent again under the same key",
    key === id && provider.taken.get(key) === 2 && again?.status === "sent",
    `taken ${provider.taken.get(key)} times, ${again?.status}`,
  );
  const [given] = await sql`select status, payload from mail_outbox where id = ${old ?? null}`;
  report.check(
    "FA-05 a mail older than 23 hours is given up and never sent",
    given?.status === "failed" && given.payload === null && !provider.taken.has(old ?? ""),
    given?.status,
  );
  await sql`delete from mail_outbox where id = ${old ?? null}`;
}

/** Queues mails as the product does, in one transaction, and announces them. */
async function put({ sql, appUrl }: Stage, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, index) => {
    const to = `person-${index}@example.com`;
    const props = { url: appUrl, email: to, expiresInMinutes: 10, requestedFrom: null, origin: appUrl };
    const mail: Mail = { to, template: "sign-in", props };
    return { id: randomUUID(), template: mail.template, payload: sealMail(mail) };
  });
  await sql.begin(async (tx) => {
    for (let from = 0; from < count; from += 500) await tx`insert into mail_outbox ${tx(rows.slice(from, from + 500))}`;
    await tx`select pg_notify('atelier_mail', '')`;
  });
  return rows.map(({ id }) => id);
}

/** Waits until the queue is empty. Shortens claims and pauses, which would otherwise only end with time. */
async function drained({ sql }: Stage): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [row] = await sql`select count(*)::int as n from mail_outbox where status = 'queued'`;
    if (row?.n === 0) return;
    if (Date.now() > deadline) throw new Error(`${row?.n} mails are still queued after a minute`);
    // A mail that is being sent is claimed for a minute and was tried recently; one that waits for another try has an error.
    await sql`
      update mail_outbox set due_at = now()
      where status = 'queued' and due_at > now() and (last_error is not null or due_at < now() + interval '40 seconds')`;
    await sql`select pg_notify('atelier_mail', '')`;
    await pause(250);
  }
}

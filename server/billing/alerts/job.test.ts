import { expect, test } from "vitest";
import { transaction } from "@/db/client";
import { openMail } from "@/server/mail/outbox";
import { owner } from "@/tests/support/database";
import { spend } from "@/tests/support/factories/spending";
import { memberOf, type TestWorkspace, workspace } from "@/tests/support/people";
import { mailSpendAlerts } from "./job";
import * as alerts from "./queries";

const euro = 1_000_000;

/** Returns a workspace with a limit of 10 and some spend, a Billing member and other members. */
async function spending(cost: number) {
  const acme = await workspace();
  const treasurer = await memberOf(acme, "billing");
  await memberOf(acme, "developer");
  await memberOf(acme, "viewer");
  await acme.admin.api.billing.setLimit({ workspace: acme.slug, limit: "10" });
  await spend(owner, acme.id, { cost });
  const treasurers = [acme.admin, treasurer].map(({ person }) => person.email).sort();
  return { ...acme, treasurers };
}

/** Returns the alerts mailed about a workspace: percentage and recipient, in the order of their creation. */
async function mailed({ slug }: TestWorkspace): Promise<{ to: string; percent: number; isReached: boolean }[]> {
  const rows = await owner`select payload from mail_outbox where template = 'spend-alert' order by created_at`;
  return rows.flatMap(({ payload }) => {
    const mail = openMail(payload);
    if (mail?.template !== "spend-alert" || !mail.props.url.endsWith(`/w/${slug}/billing`)) return [];
    return [{ to: mail.to, percent: mail.props.percent, isReached: mail.props.isReached }];
  });
}

const marked = async ({ id }: TestWorkspace) =>
  (await owner`select threshold from spend_alerts where workspace_id = ${id} order by threshold`).map(
    ({ threshold }) => threshold,
  );

test("a threshold is mailed once a month, to Admins and Billing members", async () => {
  const acme = await spending(4.99 * euro);
  await mailSpendAlerts();
  expect(await mailed(acme)).toEqual([]);
  await spend(owner, acme.id, { cost: 0.01 * euro });
  await mailSpendAlerts();
  await mailSpendAlerts();
  const mails = await mailed(acme);
  expect(mails.map(({ to }) => to).sort()).toEqual(acme.treasurers);
  expect(mails.map(({ percent, isReached }) => [percent, isReached])).toEqual([
    [50, false],
    [50, false],
  ]);
  const audited =
    await owner`select actor_id, after from audit_events where workspace_id = ${acme.id} and action = 'spend.alerted'`;
  expect(audited).toEqual([{ actor_id: null, after: { percent: 50, spent: 5 * euro, monthlyLimit: 10 * euro } }]);
});

test("several thresholds passed at once are one mail, about the highest, and all are marked", async () => {
  const acme = await spending(10 * euro);
  await mailSpendAlerts();
  expect((await mailed(acme)).map(({ percent, isReached }) => [percent, isReached])).toEqual([
    [100, true],
    [100, true],
  ]);
  expect(await marked(acme)).toEqual([50, 80, 100]);
});

test("two instances at the same moment mail once", async () => {
  const many = await Promise.all(Array.from({ length: 5 }, () => spending(8.5 * euro)));
  await Promise.all(Array.from({ length: 4 }, () => mailSpendAlerts()));
  for (const acme of many) expect((await mailed(acme)).map(({ percent }) => percent)).toEqual([80, 80]);
});

test("two claims of one workspace at once: the later waits, and finds nothing left", async () => {
  const acme = await spending(6 * euro);
  const claim = () => transaction("write", { workspaceId: acme.id }, (db) => alerts.claim(db, acme.id));
  const claimed = await Promise.all(Array.from({ length: 8 }, claim));
  expect(claimed.flat()).toEqual([{ whose: "workspace", span: "month", threshold: 50 }]);
});

test("a raised limit puts thresholds out of reach, which are mailed anew when they are passed again", async () => {
  const acme = await spending(10 * euro);
  await mailSpendAlerts();
  await acme.admin.api.billing.setLimit({ workspace: acme.slug, limit: "15" });
  expect(await marked(acme)).toEqual([50]);
  await mailSpendAlerts();
  await spend(owner, acme.id, { cost: 3 * euro });
  await mailSpendAlerts();
  expect((await mailed(acme)).map(({ percent }) => percent)).toEqual([100, 100, 80, 80]);
});

test("a limit below what is spent is mailed at once; without a limit, or with nothing spent, no mail is sent", async () => {
  const acme = await spending(6 * euro);
  const { billing } = acme.admin.api;
  await billing.removeLimit({ workspace: acme.slug });
  await mailSpendAlerts();
  expect(await mailed(acme)).toEqual([]);
  await billing.setLimit({ workspace: acme.slug, limit: "1" });
  await mailSpendAlerts();
  expect((await mailed(acme)).map(({ percent, isReached }) => [percent, isReached])).toEqual([
    [100, true],
    [100, true],
  ]);
  const unused = await workspace();
  await unused.admin.api.billing.setLimit({ workspace: unused.slug, limit: "0" });
  await mailSpendAlerts();
  expect(await mailed(unused)).toEqual([]);
});

test("last month's spend and a deleted workspace are nothing to tell", async () => {
  const before = await spending(0);
  const now = new Date();
  const lastMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15));
  await spend(owner, before.id, { cost: 100 * euro, at: lastMonth });
  const deleted = await spending(100 * euro);
  await owner`update workspaces set deleted_at = now() where id = ${deleted.id}`;
  await mailSpendAlerts();
  expect([await mailed(before), await mailed(deleted)]).toEqual([[], []]);
});

test("one workspace that fails does not keep the others from being told", async () => {
  const [broken, fine] = [await spending(9 * euro), await spending(9 * euro)];
  await owner.unsafe(
    `create function refuse_broken() returns trigger language plpgsql as $$ begin
       if new.workspace_id = '${broken.id}' then raise exception 'broken'; end if; return new; end $$;
     create trigger refuse_broken before insert on spend_alerts for each row execute function refuse_broken()`,
  );
  await mailSpendAlerts();
  await owner`drop trigger refuse_broken on spend_alerts`;
  expect((await mailed(fine)).map(({ percent }) => percent)).toEqual([80, 80]);
  expect(await mailed(broken)).toEqual([]);
  await mailSpendAlerts();
  expect(await mailed(broken)).toHaveLength(2);
});

test("outside any workspace the job sees the workspaces that are not deleted; without its name nothing", async () => {
  const [limited, deleted] = [await spending(1 * euro), await workspace()];
  await owner`update workspaces set deleted_at = now() where id = ${deleted.id}`;
  const ids = (job: string) =>
    transaction("read", {}, async (db) => {
      await db.execute(`select set_config('app.job', '${job}', true)`);
      const rows = await db.execute<{ id: string }>("select id from workspaces");
      return [...rows].map(({ id }) => id);
    });
  expect(await ids("spend-alerts")).toContain(limited.id);
  expect(await ids("spend-alerts")).not.toContain(deleted.id);
  expect(await ids("domain-check")).toEqual([]);
  expect(await ids("")).toEqual([]);
});

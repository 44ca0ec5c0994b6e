import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { memberOf, type Signed, workspace } from "@/tests/support/people";

type Racer = { api: Signed["api"]; id: string; email: string; at: { workspace: string } };

const races: Record<string, (a: Racer, b: Racer) => Promise<unknown>[]> = {
  "both leave": (a, b) => [a.api.members.leave({ ...a.at, keys: "revoke" }), b.api.members.leave(b.at)],
  "each demotes the other": (a, b) => [
    a.api.members.changeRole({ ...a.at, userId: b.id, role: "viewer" }),
    b.api.members.changeRole({ ...b.at, userId: a.id, role: "viewer" }),
  ],
  "one removes the other, who leaves": (a, b) => [
    a.api.members.remove({ ...a.at, userId: b.id, keys: "revoke" }),
    b.api.members.leave(b.at),
  ],
  "one deletes their account, the other steps down": (a, b) => [
    a.api.account.remove({ confirmation: a.email }),
    b.api.members.changeRole({ ...b.at, userId: b.id, role: "viewer" }),
  ],
};

/** Resolves when this many statements of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (;;) {
    const [row] = await owner`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    if (row?.n >= count) return;
    await new Promise(setImmediate);
  }
}

test.each(Object.entries(races))(
  "CR-01 of two Admins at one barrier, 50 rounds: %s, and one Admin is left",
  { timeout: 120_000 },
  async (_, race) => {
    for (let round = 0; round < 50; round++) {
      const acme = await workspace();
      await memberOf(acme, "viewer");
      const second = await memberOf(acme, "admin");
      const racer = ({ api, person }: Signed): Racer => ({
        ...{ api, id: person.id, email: person.email, at: { workspace: acme.slug } },
      });
      const pair = [racer(acme.admin), racer(second)] as const;
      const outcomes: Promise<unknown>[] = [];
      // Both must arrive before either goes on: the lock is released once two statements wait for it.
      await owner.begin(async (tx) => {
        await tx`select from workspaces where id = ${acme.id} for no key update`;
        outcomes.push(...(round % 2 ? race(pair[1], pair[0]) : race(pair[0], pair[1])));
        for (const outcome of outcomes) outcome.catch(() => {});
        await waiting(2);
      });
      const settled = await Promise.allSettled(outcomes);
      const [row] = await owner`
        select count(*)::int as n from memberships where workspace_id = ${acme.id} and role = 'admin'`;
      expect(row?.n).toBe(1);
      expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    }
  },
);

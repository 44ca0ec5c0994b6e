import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { use } from "@/tests/support/factories/usage";
import { workspace } from "@/tests/support/people";
import { sealDue } from "./job";

test("a workspace whose usage cannot be sealed holds up no other", async () => {
  const all = await Promise.all([workspace(), workspace(), workspace()]);
  for (const { id } of all) await use(owner, id, [{}]);
  // The first that is tried.
  const [stuck = "", ...others] = all.map(({ id }) => id).sort();
  await owner.unsafe(`
    create function refuse_seal() returns trigger language plpgsql as
      $$ begin raise exception 'no room' using errcode = 'disk_full'; end $$;
    create trigger refuse_seal before insert on usage_seals for each row
      when (new.workspace_id = '${stuck}') execute function refuse_seal()`);
  const sealed = async () =>
    (await owner`select distinct workspace_id as id from usage_seals order by 1`).map(({ id }) => id);
  await sealDue();
  expect(await sealed()).toEqual(others);
  await owner`drop trigger refuse_seal on usage_seals`;
  await sealDue();
  expect(await sealed()).toEqual([stuck, ...others]);
});

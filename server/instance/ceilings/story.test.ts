import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { allIsHeard, asking, startMeters, stopMeters } from "@/tests/support/gateway/meters";
import { newPerson } from "@/tests/support/people";
import { operator } from "@/tests/support/procedures/world";

afterEach(stopMeters);

test("OP-16 the default ceiling of a new workspace holds on two instances together, and one click grants more", async () => {
  const [ada, grace] = [await operator(), await newPerson()];
  const defaults = { newMaximumKeyDays: "none", newKeyCreators: "developers", newDefaultRole: "developer" } as const;
  const others = { newExpiredMemberKeyAction: "revoke", newResponseDays: "none" } as const;
  await ada.api.instance.setDefaults({ ...defaults, ...others, newCeiling: "20" });
  const made = { name: "Lab", kind: "organization", creationKey: randomUUID() } as const;
  const { slug } = await grace.api.workspaces.create(made);
  const [row] = await owner<{ id: string }[]>`select id from workspaces where slug = ${slug}`;
  const id = row?.id ?? "";
  const [one, two] = await startMeters(owner, 2);
  if (!one || !two) throw new Error("no meters");
  // 5 per request: a million input tokens cost 1, two million output tokens cost 4.
  const chat = async (meter: typeof one) => {
    const request = asking(id, { promptTokens: 1_000_000, completionTokens: 2_000_000 });
    const answer = await meter.reserve(request);
    if (answer.isGranted) {
      meter.settle(request.id, {
        ...{ status: 200, errorCode: null, usage: { promptTokens: 1_000_000, completionTokens: 2_000_000 } },
        ...{ usageSource: "reported", firstByteMs: 5, totalMs: 30 },
      });
      await meter.meter.settled();
    }
    return answer;
  };
  for (const meter of [one, two, one, two]) expect(await chat(meter)).toMatchObject({ isGranted: true });
  for (const meter of [one, two])
    expect(await chat(meter)).toMatchObject({ scope: "ceiling", span: "month", limit: 20_000_000, isUnderWay: false });
  const at = { workspace: slug };
  await grace.api.budgets.askForRaise({ ...at, of: "ceiling", span: "month", limit: "30", reason: "" });
  const [asked] = (await ada.api.instance.workspace({ slug })).requests;
  await ada.api.instance.grantCeiling({ limitRequestId: asked?.id ?? "" });
  await allIsHeard(owner);
  for (const meter of [two, one]) expect(await chat(meter)).toMatchObject({ isGranted: true });
  expect(await chat(two)).toMatchObject({ isGranted: false, scope: "ceiling", limit: 30_000_000 });
});

import { readFileSync } from "node:fs";
import { Mistral } from "mistralai-v1";
import { Mistral as Mistral24 } from "mistralai-v2-4";
import type { Person, Workspace } from "../support/browser/test";
import { expect, test } from "../support/browser/test";

// "When you generate an API key from your organization's workspace and use it to create a fine-tuned model, your team
// members will be able to use this model."

const manner = readFileSync("public/samples/fine-tune-pirate.jsonl");
const pirate = /\b(arr|ahoy|aye|matey|ye|yer|be|hearty|avast|sail|seas?)\b/i;

type Call = (person: Person, procedure: string, input: unknown) => Promise<{ json(): Promise<unknown> }>;

async function keyOf(call: Call, person: Person, { slug }: Workspace): Promise<string> {
  const made = await call(person, "keys.create", { workspace: slug, name: `${person.name}'s key` });
  return ((await made.json()) as { result: { data: { secret: string } } }).result.data.secret;
}

for (const [version, client] of [
  ["1.15.1", Mistral],
  ["2.4.0", Mistral24],
] as const)
  test(`with @mistralai/mistralai ${version} one member tunes a model and only another one uses it`, async ({
    baseURL,
    call,
    database,
    join,
    signIn,
    workspace,
  }) => {
    test.setTimeout(120_000);
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const { person: grace } = await signIn({ name: "Grace Hopper" });
    const { person: mallory } = await signIn({ name: "Mallory" });
    const [acme, elsewhere] = [await workspace(ada), await workspace(mallory, "Elsewhere")];
    await join(acme, grace, "developer");
    // Both versions have the same methods here, with different types.
    const as = async (person: Person, where: Workspace) =>
      new client({ apiKey: await keyOf(call, person, where), serverURL: String(baseURL) }) as Mistral;
    const [maker, user, stranger] = [await as(ada, acme), await as(grace, acme), await as(mallory, elsewhere)];

    const file = await maker.files.upload({
      file: { fileName: "pirate.jsonl", content: new Blob([manner]) },
      purpose: "fine-tune",
    });
    expect([file.purpose, file.numLines]).toEqual(["fine-tune", 75]);
    const job = await maker.fineTuning.jobs.create({
      model: "atelier-base",
      trainingFiles: [{ fileId: file.id, weight: 1 }],
      hyperparameters: { trainingSteps: 10, learningRate: 0.0001 },
      suffix: "pirate",
      autoStart: false,
    });
    const jobId = "id" in job ? String(job.id) : "";
    const follow = async (status: string) =>
      expect
        .poll(async () => (await maker.fineTuning.jobs.get({ jobId })).status, { timeout: 60_000, intervals: [300] })
        .toBe(status);
    await follow("VALIDATED");
    await maker.fineTuning.jobs.start({ jobId });
    await follow("SUCCESS");
    const ended = await maker.fineTuning.jobs.get({ jobId });
    const model = String(ended.fineTunedModel);
    expect(model).toMatch(/^ft:atelier-base:pirate:\d{8}:[0-9a-f]{8}$/);
    expect(ended.checkpoints?.length).toBeGreaterThan(0);
    expect(ended.events?.length).toBeGreaterThan(0);

    const listed = await user.models.list();
    expect(listed.data?.map(({ id }) => id)).toContain(model);
    const found = await user.models.retrieve({ modelId: model });
    expect([found.id, found.type, "job" in found && found.job]).toEqual([model, "fine-tuned", jobId]);
    const ask = (who: Mistral, of: string) =>
      who.chat.complete({
        model: of,
        messages: [{ role: "user", content: "Hello there, can you help me?" }],
        temperature: 0,
        maxTokens: 60,
      });
    const textOf = async (answer: ReturnType<typeof ask>) => String((await answer).choices?.[0]?.message?.content);
    expect(await textOf(ask(user, model))).toMatch(pirate);
    expect(await textOf(ask(user, "atelier-base"))).not.toMatch(/\b(arr|ahoy|matey|yer)\b/i);

    const foreign = { modelId: model };
    await expect(stranger.models.retrieve(foreign)).rejects.toMatchObject({ statusCode: 404 });
    await expect(ask(stranger, model)).rejects.toMatchObject({ statusCode: 404 });
    await expect(stranger.fineTuning.jobs.get({ jobId })).rejects.toMatchObject({ statusCode: 404 });
    await expect(stranger.files.retrieve({ fileId: file.id })).rejects.toMatchObject({ statusCode: 404 });
    expect((await stranger.models.list()).data?.map(({ id }) => id)).not.toContain(model);

    const [line] = await database`
      select key_id is not null as by_key, operation from usage_ledger
      where workspace_id = ${acme.id} and operation = 'fine-tuning'`;
    expect(line).toEqual({ by_key: true, operation: "fine-tuning" });
  });

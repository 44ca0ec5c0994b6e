/** Rights that are still valid after the reason for them has ended. */
export const rights = [
  {
    name: "a request whose body is slow is answered by what its key or person could do before",
    file: "server/gateway/routes/completions.ts",
    find: "as: await charged.again()",
    replace: "as: charged.as",
    expectRedIn: ["server/gateway/tests/slow-bodies.test.ts"],
  },
  {
    name: "a change whose body is slow is made by a key that has ended",
    file: "server/gateway/door/read-json.ts",
    find: 'c.set("bearer", await stillBearer(c.get("bearer"), incoming, scope));',
    replace: 'await stillBearer(c.get("bearer"), incoming, scope).catch(() => {});',
    expectRedIn: ["server/gateway/tests/slow-bodies.test.ts"],
  },
  {
    name: "a training begins by itself for a person who was removed",
    file: "server/fine-tuning/advancing/start-by-itself.ts",
    find: "if (lost) return wait(db, lost);",
    replace: "",
    expectRedIn: ["server/fine-tuning/start-by-itself.test.ts"],
  },
  {
    name: "a training begins by itself by a key that may fine-tune no more",
    file: "server/fine-tuning/advancing/start-by-itself.ts",
    find: 'if (typeof found === "string") return wait(db, found);',
    replace: 'if (typeof found === "string") return;',
    expectRedIn: ["server/fine-tuning/start-by-itself.test.ts"],
  },
  {
    name: "a key starts a training of a model that it is not for",
    file: "server/gateway/routes/fine-tuning.ts",
    find: 'refuseOtherModel(c.get("bearer"), await fineTuning.find(db, workspaceId, id));',
    replace: "await fineTuning.find(db, workspaceId, id);",
    expectRedIn: ["server/gateway/tests/fine-tuning.test.ts"],
  },
  {
    name: "a provider that operators delete is unlinked without a word to the people",
    file: "server/instance/sign-in/tell-unlinked.ts",
    in: "tellUnlinked",
    skip: "mail.enqueueAll",
    expectRedIn: ["server/instance/sign-in/sign-in.test.ts"],
  },
];

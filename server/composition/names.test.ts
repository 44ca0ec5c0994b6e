import { expect, test } from "vitest";
import { shownName } from "@/server/files/upload-fields";
import { procedures } from "@/tests/support/procedures/list";

/** Every field by which a change takes a name that a person typed. */
const named = procedures().flatMap(({ path, type, shape }) =>
  type === "mutation" && shape.name ? [{ path, schema: shape.name }] : [],
);

test("IS-13 people, workspaces, passkeys, keys and models have names", () => {
  expect(named.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      ...["account.update", "workspaces.create", "workspaces.rename", "passkeys.add", "passkeys.rename"],
      ...["keys.create", "keys.update", "models.update", "models.register"],
    ]),
  );
});

test.each(named)("IS-13 $path takes no name that reads as another one or as Atelier's own", ({ schema }) => {
  for (const text of ["\u0410dmin", "pr\u043ed", "Support", "Sup\u200bport", "Atelier Security", "\u200b\u2060"])
    expect([text, schema.safeParse(text).success]).toEqual([text, false]);
});

test.each(named)("IS-13 $path keeps no mark that is not seen", ({ schema }) => {
  expect(schema.parse("Nigh\u200btly\u2060 ba\u00adtch")).toBe("Nightly batch");
  expect(schema.parse("Night\u200dly")).toBe("Nightly");
  for (const text of ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u{1f469}\u200d\u{1f52c}"])
    expect(schema.parse(text)).toBe(text);
});

const models = /^models\./;

test.each(named.filter(({ path }) => !models.test(path)))(
  "IS-13 $path takes no address: mails have its name",
  ({ schema }) => {
    for (const text of ["1.2.3.4/login", "//evil/x", "localhost:8080/x", "evil\u200b.com", "evil\u2024com"])
      expect([text, schema.safeParse(text).success]).toEqual([text, false]);
  },
);

test("IS-13 a model may be called as its model server does, with a path; no mail has its name", () => {
  for (const { schema } of named.filter(({ path }) => models.test(path)))
    expect(schema.parse("mistralai/small-2")).toBe("mistralai/small-2");
});

test("IS-13 a file keeps the name it has on a disk, without marks that are not seen", () => {
  expect(shownName("in\u200bvoice\u2060.js\u00adonl")).toBe("invoice.jsonl");
  expect(shownName("evil.com.jsonl")).toBe("evil.com.jsonl");
});

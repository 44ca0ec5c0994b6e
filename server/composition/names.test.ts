import { expect, test } from "vitest";
import { shownName } from "@/server/files/upload-fields";
import { procedures } from "@/tests/support/procedures/list";

/** Model providers have ids, as MODEL_SERVERS gives them. */
const ofProviders = /Provider$/;

/** Every field in which a person types a name. */
const named = procedures().flatMap(({ path, type, shape }) =>
  type === "mutation" && shape.name && !ofProviders.test(path) ? [{ path, schema: shape.name }] : [],
);

/** Names that other people read. A saved view is shown only to the person who named it. */
const read = named.filter(({ path }) => path !== "workspaces.saveView");

test("IS-13 people, workspaces, passkeys, keys and models have names", () => {
  expect(named.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      ...["account.update", "workspaces.create", "workspaces.rename", "passkeys.add", "passkeys.rename"],
      ...["keys.create", "keys.update", "models.update", "models.register"],
    ]),
  );
});

/** Atelier's words in letters, symbols and spellings that look similar. */
const disguised = [
  ...["ATELlER", "AteIier", "Ate1ier", "Atelier™", "AtelierTeam", "A\u0336t\u0336elier"],
  ...["ADMlN", "@dmin", "Adm!n", "Adrnin", "Admin 2", "SupportTeam", "IT-Support 24", "Support!"],
];

test.each(read)("IS-13 $path takes no name that reads as another one or as Atelier's own", ({ schema }) => {
  for (const text of [
    "\u0410dmin",
    "pr\u043ed",
    "Support",
    "Sup\u200bport",
    "Atelier Security",
    "\u200b\u2060",
    ...disguised,
  ])
    expect([text, schema.safeParse(text).success]).toEqual([text, false]);
});

test.each(named)("IS-13 $path keeps no mark that is not seen", ({ schema }) => {
  expect(schema.parse("Nigh\u200btly\u2060 ba\u00adtch")).toBe("Nightly batch");
  expect(schema.parse("Night\u200dly")).toBe("Nightly");
  for (const mark of ["\u{e0041}", "\ufe0f", "\u{e0100}", "\u034f", "\u{1d173}", "\u{1bca0}", "\u2064"])
    expect([mark, schema.parse(`${mark}A${mark}da${mark}`)]).toEqual([mark, "Ada"]);
  expect(schema.parse("Ada\u2800\u2800Byron\u2800")).toBe("Ada Byron");
  const flag = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";
  for (const text of ["\u2764\ufe0f", "1\ufe0f\u20e3", flag, "\u845b\u{e0100}"]) expect(schema.parse(text)).toBe(text);
  for (const text of ["\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u{1f469}\u200d\u{1f52c}"])
    expect(schema.parse(text)).toBe(text);
});

/** Texts that mail programs turn into links, besides hosts with a dot. */
const links = ["\\\\evil\\share", "javascript:alert(1)", "mailto:x", "tel:+123", "127.1/login", "evil\ua4f8com"];

const models = /^(models|playground)\./;

test.each(read.filter(({ path }) => !models.test(path)))(
  "IS-13 $path takes no address: mails have its name",
  ({ schema }) => {
    for (const text of ["1.2.3.4/login", "//evil/x", "localhost:8080/x", "evil\u200b.com", "evil\u2024com", ...links])
      expect([text, schema.safeParse(text).success]).toEqual([text, false]);
  },
);

test("IS-13 a model, or a preset for one, may be called as its model server does, with a path; no mail has its name", () => {
  for (const { schema } of named.filter(({ path }) => models.test(path)))
    expect(schema.parse("mistralai/small-2")).toBe("mistralai/small-2");
});

test("IS-13 a file keeps the name it has on a disk, without marks that are not seen", () => {
  expect(shownName("in\u200bvoice\u2060.js\u00adonl")).toBe("invoice.jsonl");
  expect(shownName("evil.com.jsonl")).toBe("evil.com.jsonl");
});

test("IS-13 ordinary names stay", () => {
  const ordinary = [
    ...[
      "Dr. Smith",
      "J.R.R. Tolkien",
      "O'Reilly",
      "R&D",
      "C++",
      "v1.2",
      "Q3/2026",
      "Team A: red",
      "Billing Team",
      "Zoë",
    ],
    ...[
      "Łukasz",
      "Nguyễn Văn A",
      "Анна Иванова",
      "Αθηνά",
      "田中 Taro",
      "Acme Россия",
      "Les Ateliers",
      "Rootstock",
      "Data: Q3",
    ],
    ...["Carl", "Ill", "Bernard", "Sally!", "Adminton", "24 Hours"],
  ];
  for (const { schema } of named)
    for (const name of ordinary) expect([name, schema.safeParse(name).data]).toEqual([name, name]);
});

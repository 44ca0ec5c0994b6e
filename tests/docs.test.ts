import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const documents = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", ...filesIn(/\.md$/, "docs")];

const textOf = (file: string) => readFileSync(file, "utf8");

/** Returns a document without its blocks of code, where "#" begins no heading and brackets make no link. */
const prose = (file: string) => textOf(file).replace(/^```[\s\S]*?^```$/gm, "");

describe.each(documents)("%s", (file) => {
  test("has links that lead to files and headings that are there", () => {
    const links = [...prose(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const dead = links.filter((target) => !/^(https?|mailto):/.test(target) && !isThere(file, target));
    expect(dead).toEqual([]);
  });

  test("names files that are there", () => {
    expect(namedFiles(prose(file)).filter((name) => !isFile(name))).toEqual([]);
  });

  test("names scripts that package.json has", () => {
    const { scripts } = JSON.parse(textOf("package.json"));
    const named = [...textOf(file).matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("refers to no migration by its number", () => {
    expect(textOf(file).match(/\b\d{4}_[a-z_]+(\.sql)?/g) ?? []).toEqual([]);
  });
});

test("links, anchors, paths and patterns that lead nowhere are found", () => {
  expect(isThere("README.md", "docs/no-such-page.md")).toBe(false);
  expect(isThere("README.md", "SECURITY.md#no-such-heading")).toBe(false);
  expect(isThere("docs/api.md", "operating.md#back-up")).toBe(true);
  expect(namedFiles("`server/keys/queries.ts` and `db/nothing.ts`")).toEqual([
    "server/keys/queries.ts",
    "db/nothing.ts",
  ]);
  expect(isFile("server/keys/no-such.ts")).toBe(false);
  expect(isFile("server/keys/{input,no-such}.ts")).toBe(false);
  expect(isFile("server/keys/{input,router}.ts")).toBe(true);
});

test("the pictures in docs/screens are few and small, and a document shows each", () => {
  const pictures = readdirSync("docs/screens");
  expect(pictures.length).toBeLessThanOrEqual(4);
  const all = documents.map(textOf).join("");
  for (const picture of pictures) {
    expect(statSync(path.join("docs/screens", picture)).size).toBeLessThan(200_000);
    expect(all).toContain(`screens/${picture}`);
  }
});

test("documents and package.json name the same oldest Node.js, and .nvmrc one that is not older", () => {
  const oldest = JSON.parse(textOf("package.json")).engines.node.replace(">=", "");
  for (const file of ["README.md", "CONTRIBUTING.md", "docs/operating.md"]) {
    const named = [...textOf(file).matchAll(/Node\.js[^.\n]*?(\d+\.\d+) or newer/g)].map(([, version]) => version);
    expect({ file, named }).toEqual({ file, named: [oldest] });
  }
  expect(Number(textOf(".nvmrc"))).toBeGreaterThanOrEqual(Number.parseInt(oldest, 10));
});

test("the index of decisions has every decision with its state", () => {
  const index = textOf("docs/decisions/README.md");
  const rows = [
    ...index.matchAll(/^\| \[(\d{3})\]\(([^)]+)\) \| .+ \| (accepted|superseded by \[\d{3}\]\(.+\)) \|$/gm),
  ];
  const files = readdirSync("docs/decisions").filter((name) => /^\d/.test(name));
  expect(rows.map(([, , file]) => file)).toEqual(files.sort());
  expect(rows.filter(([, number = "", file = ""]) => !file.startsWith(number))).toEqual([]);
});

describe("docs/test-cases.md", () => {
  const catalogue = textOf("docs/test-cases.md");
  const listed = [...catalogue.matchAll(/^\| ([A-Z][A-Z\d]*(?:-\d+)?) \|/gm)].map(([, number = ""]) => number);

  test("has every number once that a test, a document or a benchmark names, and no other", () => {
    const named = new Set(caseFiles().flatMap((file) => numbersIn(textOf(file))));
    expect(listed.filter((number, index) => listed.indexOf(number) !== index)).toEqual([]);
    expect([...named].filter((number) => !listed.includes(number))).toEqual([]);
    expect(listed.filter((number) => !named.has(number))).toEqual([]);
  });
});

describe("what SECURITY.md says is not there", () => {
  const source = (...folders: string[]) =>
    sourcesOf(...folders)
      .map(textOf)
      .join("\n");
  const everywhere = () => source("server", "app", "db", "emails");
  const variables = () => textOf(".env.example");
  /** For each entry of the list, what the code has once the entry is no longer true. */
  const signs: Record<string, () => boolean> = {
    "One-time codes": () => /\b(totp|otpauth|recovery_?codes?)\b/i.test(everywhere()),
    SCIM: () => /\bscim\b/i.test(everywhere() + variables()),
    "Unsolicited SAML": () => !/new ProviderFailure\("unsolicited"/.test(source("server/auth", "app/api")),
    "A rotatable pepper": () => /KEY_PEPPER_\w+|KEY_PEPPERS/.test(variables()),
    "A signed audit chain": () => /\b(createHmac|createSign|sign)\(/.test(source("server/audit")),
    "Encrypted files": () => /createCipheriv|\bseal\(/.test(source("server/files")),
  };
  const section = textOf("SECURITY.md").split("## What is not there")[1] ?? "";
  const denied = [...section.matchAll(/^- \*\*(.+?)\*\*/gm)].map(([, name = ""]) => name);

  test("is checked, entry by entry", () => expect(denied).toEqual(Object.keys(signs)));

  test.each(Object.entries(signs))("%s", (_, isBuilt) => expect(isBuilt()).toBe(false));

  test("is not denied anywhere else", () => {
    // What is built and was once denied: each is named in the first part.
    for (const built of ["**Passkeys.**", "SHA-256 chain"])
      expect(textOf("SECURITY.md").split(section)[0]?.replaceAll("\n", " ")).toContain(built);
  });
});

/** Returns the files below these folders whose names match, in order. */
function filesIn(names: RegExp, ...folders: string[]): string[] {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`))
    .filter((name) => names.test(name))
    .sort();
}

/** Returns the sources below these folders, without their tests. */
function sourcesOf(...folders: string[]): string[] {
  return filesIn(/\.(tsx?|sql)$/, ...folders).filter((name) => !/\.(test|spec)\.tsx?$/.test(name));
}

/** Returns where numbers of cases stand: tests, what supports them, benchmarks, and documents but the catalogue. */
function caseFiles(): string[] {
  const tests = filesIn(/\.test\.tsx?$/, "server", "app", "db", "emails", "embedded", "scripts");
  const others = filesIn(/\.(tsx?|mjs|md)$/, "tests", "bench");
  return [...tests, ...others, ...documents].filter((file) => file !== "docs/test-cases.md");
}

function numbersIn(text: string): string[] {
  return (
    text.match(
      /\b(?:[IP]\d{1,2}|(?:AU|TI|RP|IN|AK|V1|CR|BI|BR|EM|RL|FA|BM|PA|SC|SI|IS|MM|OP|MP|PP|SB|UP)-\d{2})\b(?!\/)/g,
    ) ?? []
  );
}

/** Checks whether a link of a document leads to a file, and to a heading of it where it names one. */
function isThere(document: string, target: string): boolean {
  const [name = "", anchor] = target.split("#");
  const file = name === "" ? document : path.join(path.dirname(document), decodeURI(name));
  if (!existsSync(file)) return false;
  return anchor === undefined || headingsOf(file).includes(anchor);
}

/** Returns the anchors of a document's headings, as GitHub makes them. */
function headingsOf(file: string): string[] {
  return [...prose(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Returns the paths from the root that a text has between backticks. One with a part in <brackets> is a pattern to fill in. */
function namedFiles(text: string): string[] {
  const root = /^(\.github|app|server|db|emails|embedded|scripts|tests|bench|docs)\/[^\s]*$/;
  return [...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, name = ""]) =>
    root.test(name) && !name.includes("<") ? [name.replace(/:\d+$/, "")] : [],
  );
}

/** Checks whether there is a file or folder of this name, or one for every alternative of `{a,b}`, or any for `*`. */
function isFile(name: string): boolean {
  const alternatives = /^(.*)\{([^}]+)\}(.*)$/.exec(name);
  if (alternatives) {
    const [, before = "", names = "", after = ""] = alternatives;
    return names.split(",").every((one) => isFile(`${before}${one}${after}`));
  }
  if (!name.includes("*")) return existsSync(name);
  const [start = "", end = ""] = path.basename(name).split("*");
  return readdirSync(path.dirname(name)).some((file) => file.startsWith(start) && file.endsWith(end));
}

test("the refusals that a procedure's docstring names are refusals", () => {
  const known = new Set(
    ["refusal-texts", "review-refusals", "sign-in-refusals"].flatMap((file) =>
      [...textOf(`server/api/${file}.ts`).matchAll(/^ {2}([a-z_]+): \[/gm)].map(([, reason]) => reason),
    ),
  );
  const named = filesIn(/router\.ts$/, "server").flatMap((file) =>
    [...textOf(file).matchAll(/Refuses [^/]*?\*\//g)].flatMap(([sentence]) =>
      [...sentence.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, reason = ""]) => `${file} ${reason}`),
    ),
  );
  expect(named.filter((each) => !known.has(each.split(" ")[1] ?? ""))).toEqual([]);
});

test("IS-20 the reverse proxies that are documented let through what Atelier takes, with the port of its Host", () => {
  const text = textOf("docs/reverse-proxies.md");
  const longest = Number(/GATEWAY_MAX_BODY_MB=(\d+)/.exec(textOf(".env.example"))?.[1]);
  const limits = [...text.matchAll(/client_max_body_size (\d+)m;/g)].map(([, megabytes]) => Number(megabytes));
  expect(limits).toHaveLength(2);
  for (const limit of limits) expect(limit).toBeGreaterThan(longest);
  expect(text).toMatch(/proxy_set_header Host \$http_host;/);
  expect(text).not.toMatch(/Host \$host;/);
});

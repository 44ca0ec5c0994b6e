import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { EnvError, parseEnv } from "./env";

const random = () => randomBytes(32).toString("base64");

const good = {
  NODE_ENV: "production",
  APP_URL: "https://atelier.example",
  DATABASE_URL: "postgres://atelier:s3cret-word@db.example/atelier",
  AUTH_SECRET: random(),
  KEY_PEPPER: random(),
  RESEND_API_KEY: "re_s3cret-word",
  MAIL_FROM: "Atelier <atelier@atelier.example>",
  MODEL_SERVER_URL: "https://models.example/v1",
};

type Variable = keyof typeof good;

/** Returns the message with which the process refuses to start; fails the test if it would start. */
function complaint(changes: Record<string, string | undefined>): string {
  try {
    parseEnv({ ...good, ...changes });
  } catch (error) {
    expect(error).toBeInstanceOf(EnvError);
    return (error as EnvError).message;
  }
  throw new Error("it would start");
}

const required = [
  "AUTH_SECRET",
  "KEY_PEPPER",
  "APP_URL",
  "DATABASE_URL",
  "RESEND_API_KEY",
  "MAIL_FROM",
  "MODEL_SERVER_URL",
];

const mailHint = (name: string) => (name === "RESEND_API_KEY" ? ", and neither is SMTP_URL" : "");

test("a whole configuration is taken", () => {
  expect(parseEnv(good)).toMatchObject({ APP_URL: "https://atelier.example", isSecure: true, PORT: 3000, ROLE: "all" });
});

test.each(required)("FA-19 without %s the server does not start, and says so", (name) => {
  for (const value of [undefined, "", "   ", "\t\n"])
    expect(complaint({ [name]: value })).toBe(`Atelier cannot start:\n  ${name} is not set${mailHint(name)}`);
});

const unusable: [Variable, string, string][] = [
  ...(["AUTH_SECRET", "KEY_PEPPER"] as const).flatMap((name): [Variable, string, string][] => [
    [name, "one character too short", random().slice(0, 31)],
    [name, "a word", "secret"],
    [name, "a default", "changemechangemechangemechangeme"],
    [name, "one letter", "x".repeat(64)],
    [name, "zeros", "0".repeat(64)],
    [name, "a word repeated", "secretsecretsecretsecretsecretsecret"],
    [name, "a keyboard row", "asdfghjklasdfghjklasdfghjklasdfghjkl"],
    [name, "another keyboard row", "qwertyuiopqwertyuiopqwertyuiopqwertyuiop"],
    [name, "the digits in order", "1234567890123456789012345678901234567890"],
  ]),
  ["APP_URL", "no URL", "atelier.example-s3cret"],
  ["APP_URL", "another scheme", "ftp://s3cret.example"],
  ["APP_URL", "a script", "javascript:s3cret"],
  ["APP_URL", "a path", "https://s3cret.example/atelier"],
  ["APP_URL", "a query", "https://s3cret.example/?a=b"],
  ["APP_URL", "plain http on the open internet", "http://s3cret.example"],
  ["DATABASE_URL", "another database", "mysql://root:s3cret@db.example/atelier"],
  ["DATABASE_URL", "a word", "s3cret"],
  ["MAIL_FROM", "a letter", "@"],
  ["MODEL_SERVER_URL", "no URL", "s3cret"],
  ["MODEL_SERVER_URL", "another scheme", "file:///etc/s3cret"],
];

test.each(unusable)(
  "FA-19 with a %s that is %s the server does not start, names it, and prints no value",
  (name, _, value) => {
    const said = complaint({ [name]: value });
    const [headline, ...lines] = said.split("\n");
    expect(headline).toBe("Atelier cannot start:");
    expect(lines.filter((line) => !line.startsWith(`  ${name} `))).toEqual([]);
    expect(said).not.toContain(value);
    for (const known of [...Object.values(good), "s3cret"]) expect(said).not.toContain(known);
  },
);

const servers = [
  { name: "one", url: "https://one.example/v1/", key: "s3cret-word" },
  { name: "two", url: "http://two.example/v1", models: ["small", { id: "public", upstream: "their/name" }] },
];

test("model servers are taken from JSON or a file of it, or are the one at MODEL_SERVER_URL", async () => {
  const expected = [
    { name: "one", url: "https://one.example/v1", key: "s3cret-word" },
    {
      name: "two",
      url: "http://two.example/v1",
      models: [
        { id: "small", upstream: "small" },
        { id: "public", upstream: "their/name" },
      ],
    },
  ];
  const { MODEL_SERVER_URL, ...rest } = good;
  expect(parseEnv({ ...rest, MODEL_SERVERS: JSON.stringify(servers) }).modelServers).toEqual(expected);
  const folder = await mkdtemp(path.join(tmpdir(), "atelier-"));
  const file = path.join(folder, "servers.json");
  await writeFile(file, JSON.stringify(servers));
  expect(parseEnv({ ...rest, MODEL_SERVERS_FILE: file }).modelServers).toEqual(expected);
  await rm(folder, { recursive: true });
  expect(parseEnv({ ...good, MODEL_SERVER_KEY: "key" }).modelServers).toEqual([
    { name: "default", url: MODEL_SERVER_URL, key: "key" },
  ]);
});

test.each<[string, string, string]>([
  ["no JSON", "s3cret-word", "MODEL_SERVERS is not JSON"],
  ["no list", '{"name":"s3cret-word"}', "MODEL_SERVERS must be a list"],
  ["an empty list", "[]", "MODEL_SERVERS must be a list"],
  ["two of one name", JSON.stringify([servers[0], servers[0]]), "MODEL_SERVERS must be a list"],
  ["no name", '[{"url":"https://s3cret.example"}]', "MODEL_SERVERS server 1 has no usable name"],
  [
    "no URL",
    JSON.stringify([servers[0], { name: "s3cret", url: "s3cret" }]),
    "MODEL_SERVERS server 2 has no usable url",
  ],
  ["a key with a space", '[{"name":"a","url":"https://a.example","key":"s3cret word"}]', "server 1 has no usable key"],
  [
    "an unknown field",
    '[{"name":"a","url":"https://a.example","s3cret":1}]',
    "server 1 may have name, url, key, models, tuned and endpoints",
  ],
  ["no models", '[{"name":"a","url":"https://a.example","models":[]}]', "server 1 has no usable models"],
  ["a model twice", '[{"name":"a","url":"https://a.example","models":["x","x"]}]', "server 1 has no usable models"],
  [
    "a model without its name there",
    '[{"name":"a","url":"https://a.example","models":[{"id":"s3cret"}]}]',
    "server 1 has no usable models",
  ],
  ["a text", '["s3cret"]', "server 1 may have name, url, key, models, tuned and endpoints"],
])("FA-19 model servers that are %s stop the start, which says where and prints no value", (_, value, expected) => {
  const said = complaint({ MODEL_SERVER_URL: undefined, MODEL_SERVERS: value });
  expect(said).toContain(expected);
  expect(said).not.toContain("s3cret");
});

test("FA-19 model servers said in two ways, or in a file that is not there, stop the start", () => {
  const MODEL_SERVERS = JSON.stringify(servers);
  const both = "must not be set together with";
  expect(complaint({ MODEL_SERVERS })).toContain(`MODEL_SERVERS ${both} MODEL_SERVER_URL`);
  expect(complaint({ MODEL_SERVERS, MODEL_SERVERS_FILE: "x" })).toContain(`MODEL_SERVERS_FILE ${both} MODEL_SERVERS`);
  const missing = complaint({ MODEL_SERVER_URL: undefined, MODEL_SERVERS_FILE: "/nowhere/s3cret" });
  expect(missing).toContain("MODEL_SERVERS_FILE cannot be read");
  expect(missing).not.toContain("s3cret");
});

const bucket = { S3_BUCKET: "files", S3_ACCESS_KEY_ID: "an-id", S3_SECRET_ACCESS_KEY: "s3cret-word" };

test("files are in a folder, below the data unless it is named, or in a bucket", () => {
  expect(parseEnv(good)).toMatchObject({ FILES_DIR: path.resolve(".data/files"), s3: null });
  expect(parseEnv({ ...good, DATA_DIR: "/data" }).FILES_DIR).toBe("/data/files");
  expect(parseEnv({ ...good, FILES_DIR: "/mnt/files" }).FILES_DIR).toBe("/mnt/files");
  const found = { bucket: "files", region: "us-east-1", accessKeyId: "an-id", secretAccessKey: "s3cret-word" };
  expect(parseEnv({ ...good, ...bucket }).s3).toEqual(found);
  const more = { S3_REGION: "eu-central-1", S3_ENDPOINT: "http://minio.internal:9000" };
  expect(parseEnv({ ...good, ...bucket, ...more }).s3).toEqual({
    ...found,
    region: "eu-central-1",
    endpoint: "http://minio.internal:9000",
  });
});

test("FA-19 half a bucket, or a bucket and a folder, stop the start", () => {
  for (const missing of ["S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])
    expect(complaint({ ...bucket, [missing]: undefined })).toContain(`${missing} is not set`);
  expect(complaint({ ...bucket, FILES_DIR: "/mnt" })).toContain("FILES_DIR must not be set together with S3_BUCKET");
  for (const bad of [{ S3_BUCKET: "s3cret/x" }, { S3_ENDPOINT: "s3cret" }, { S3_REGION: "s3cret region" }]) {
    const said = complaint({ ...bucket, ...bad });
    expect(said).toContain(`${Object.keys(bad)[0]} must be`);
    expect(said).not.toContain("s3cret");
  }
});

test("FA-19 the two secrets have to differ", () => {
  const said = complaint({ KEY_PEPPER: good.AUTH_SECRET });
  expect(said).toBe("Atelier cannot start:\n  KEY_PEPPER must not be the same as AUTH_SECRET");
});

test.each<[string, Record<string, string>]>([
  ["AUTH_OIDC_ID", { AUTH_OIDC_ISSUER: "https://id.example" }],
  ["AUTH_OIDC_ISSUER", { AUTH_OIDC_ISSUER: "s3cret", AUTH_OIDC_ID: "atelier", AUTH_OIDC_SECRET: "s3cret-word" }],
  ["AUTH_GITHUB_SECRET", { AUTH_GITHUB_ID: "atelier" }],
])("AU-01 FA-19 a way to sign in that is set up by half stops the start, and %s is named", (name, changes) => {
  const said = complaint(changes);
  expect(said).toContain(name);
  expect(said).not.toContain("s3cret");
});

test("FA-19 everything that is wrong is named at once", () => {
  const said = complaint(Object.fromEntries(required.map((name) => [name, undefined])));
  for (const name of required) expect(said).toContain(`${name} is not set`);
});

test("a model server is waited for as long as clients wait, unless something else is set", () => {
  // OpenAI's client and others wait ten minutes for an answer to begin, and without limit within one.
  expect(parseEnv(good)).toMatchObject({
    ...{ UPSTREAM_FIRST_BYTE_MS: 600_000, UPSTREAM_IDLE_MS: 300_000, UPSTREAM_TOTAL_MS: 3_600_000 },
    // Proxies close a connection that is silent for a minute, some sooner.
    STREAM_COMMENT_MS: 15_000,
  });
});

test("FA-19 no variable's value is printed, whichever it is", () => {
  const optional = [
    "PORT",
    "KEEP_SECRETS",
    "DATABASE_POOL",
    "DATABASE_APP_URL",
    "RESEND_BASE_URL",
    "MAILBOX_URL",
    "SMTP_URL",
    "MODEL_SERVERS",
    "MODEL_SERVERS_FILE",
    "UPSTREAM_CONNECT_MS",
    "UPSTREAM_FIRST_BYTE_MS",
    "UPSTREAM_IDLE_MS",
    "UPSTREAM_TOTAL_MS",
    "STREAM_COMMENT_MS",
    "TRUSTED_PROXIES",
    "LOG_LEVEL",
    "ROLE",
    "NODE_ENV",
  ];
  for (const name of optional) {
    const said = complaint({ [name]: "s3cret-word" });
    expect(said).toContain(`  ${name} `);
    expect(said).not.toContain("s3cret");
  }
});

test("a random secret is never mistaken for one that is not, in base64, base64url or hex", () => {
  for (let i = 0; i < 500; i++)
    for (const form of ["base64", "base64url", "hex"] as const)
      parseEnv({ ...good, AUTH_SECRET: randomBytes(32).toString(form) });
});

test.each([
  "http://localhost:3000",
  "http://127.0.0.1",
  "http://[::1]:80",
  "http://192.168.1.7:3000",
  "http://atelier.internal",
])("%s may go without https: it is this machine or a private network", (url) => {
  expect(parseEnv({ ...good, APP_URL: url }).isSecure).toBe(false);
});

test.each(["http://10.example.com", "http://127.0.0.1.evil.example", "http://localhost.evil.example"])(
  "%s only looks like a private network, and needs https",
  (url) => {
    expect(complaint({ APP_URL: url })).toContain("APP_URL must be https");
  },
);

test("an instance that calls itself localhost listens to this machine alone, unless told otherwise", () => {
  expect(parseEnv({ ...good, APP_URL: "http://localhost:3000" }).HOST).toBe("127.0.0.1");
  expect(parseEnv({ ...good, APP_URL: "http://localhost:3000", HOST: "0.0.0.0" }).HOST).toBe("0.0.0.0");
  expect(parseEnv(good).HOST).toBe("0.0.0.0");
});

test("addresses are kept in one form: an origin, and a model server's without its last slash", () => {
  const parsed = parseEnv({
    ...good,
    APP_URL: "https://Atelier.example/",
    MODEL_SERVER_URL: "https://models.example/v1//",
  });
  expect([parsed.APP_URL, parsed.MODEL_SERVER_URL]).toEqual(["https://atelier.example", "https://models.example/v1"]);
});

const acme = {
  id: "acme",
  name: "Acme",
  issuer: "https://login.acme.example",
  clientId: "a",
  clientSecret: "s3cret-word",
};
const providersOf = (list: unknown[], changes: Record<string, string> = {}) =>
  parseEnv({ ...good, ...changes, AUTH_OIDC_PROVIDERS: JSON.stringify(list) }).providers;

test("several sign-in providers, beside those with variables of their own", () => {
  const own = { AUTH_OIDC_ISSUER: "https://login.example", AUTH_OIDC_ID: "b", AUTH_OIDC_SECRET: "c" };
  const other = {
    ...acme,
    id: "other",
    trustEmail: true,
    emailClaim: "upn",
    clientAuthentication: "client_secret_post",
  };
  expect(providersOf([acme, other], { ...own, AUTH_GITHUB_ID: "d", AUTH_GITHUB_SECRET: "e" })).toMatchObject([
    { id: "github", protocol: "github" },
    { id: "oidc", name: "single sign-on", trustEmail: false },
    { ...acme, trustEmail: false, emailClaim: "email", scope: "openid email profile" },
    other,
  ]);
  expect(parseEnv({ ...good, ...own, AUTH_OIDC_TRUST_EMAIL: "true" }).providers).toMatchObject([{ trustEmail: true }]);
});

test.each([
  ["not JSON", "{", "AUTH_OIDC_PROVIDERS is not JSON"],
  ["no list", acme, "must be a list of at most 20 providers with different ids"],
  ["the same id twice", [acme, acme], "must be a list of at most 20 providers with different ids"],
  ["an unknown member", [{ ...acme, trust: true }], "provider 1 may have id, name, issuer"],
  ["an id of ours", [{ ...acme, id: "email" }], "provider 1 has no usable id"],
  ["the id of a stored one", [{ ...acme, id: "1f0f5b2e-7c55-4c0a-9d0a-0a4b6a0c9d11" }], "provider 1 has no usable id"],
  ["plain http to anywhere", [{ ...acme, issuer: "http://login.acme.example" }], "provider 1 has no usable issuer"],
  ["no secret", [acme, { ...acme, id: "b", clientSecret: "" }], "provider 2 has no usable clientSecret"],
  ["another claim, not trusted", [{ ...acme, emailClaim: "upn" }], "provider 1 has an emailClaim"],
  [
    "trust in every Entra tenant",
    [{ ...acme, issuer: "https://login.microsoftonline.com/common/v2.0", trustEmail: true }],
    "open to all tenants",
  ],
])("sign-in providers that are %s are refused in one sentence, without a value", (_, list, sentence) => {
  const said = complaint({ AUTH_OIDC_PROVIDERS: typeof list === "string" ? list : JSON.stringify(list) });
  expect(said).toContain(sentence);
  expect(said).not.toMatch(/s3cret|acme/);
});

test.each(["http://localhost:9000", "http://10.1.2.3/realms/x", "http://idp.internal", "http://[fd00::1]:8080"])(
  "an issuer may be asked by http at %s",
  (issuer) => expect(providersOf([{ ...acme, issuer }])).toMatchObject([{ issuer }]),
);

test("IS-20 browsers are told of https for the host alone, unless its subdomains are meant", () => {
  expect(parseEnv(good).hsts).toBe("max-age=63072000");
  expect(parseEnv({ ...good, HSTS_INCLUDE_SUBDOMAINS: "true" }).hsts).toBe("max-age=63072000; includeSubDomains");
});

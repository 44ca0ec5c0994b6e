import { randomBytes } from "node:crypto";
import { freePort } from "@/embedded/platform/free-port";
import { expect, test } from "../support/browser/test";
import { startRefused } from "../support/instance";

const secret = () => randomBytes(32).toString("base64");

/** No server at these addresses is needed: the variables are checked before any connection is made. */
async function complete(): Promise<Record<string, string>> {
  return {
    PORT: String(await freePort()),
    APP_URL: "https://atelier.example",
    DATA_DIR: test.info().outputPath("data"),
    DATABASE_URL: `postgres://atelier:${randomBytes(12).toString("hex")}@127.0.0.1:1/atelier`,
    AUTH_SECRET: secret(),
    KEY_PEPPER: secret(),
    RESEND_API_KEY: `re_${randomBytes(12).toString("hex")}`,
    MAIL_FROM: "Atelier <atelier@example.com>",
    MODEL_SERVER_URL: "http://127.0.0.1:1/v1",
    MODEL_SERVER_KEY: randomBytes(12).toString("hex"),
  };
}

/** One error of each kind; server/platform/env.test.ts tests the others, which the same code reports. */
const cases: [title: string, changed: Record<string, string>, named: string][] = [
  ["AUTH_SECRET missing", { AUTH_SECRET: "" }, "AUTH_SECRET"],
  ["DATABASE_URL of something else", { DATABASE_URL: "mysql://tooStrange4711@127.0.0.1/x" }, "DATABASE_URL"],
  // AU-01: with an incomplete configuration of sign-in the server does not start, so no page or procedure can be open.
  ["AUTH_OIDC_ISSUER alone", { AUTH_OIDC_ISSUER: "https://id.example" }, "AUTH_OIDC_ID"],
];

for (const [title, changed, named] of cases) {
  test(`FA-19 with ${title} it does not start, names the variable and prints no value`, async () => {
    const environment = { ...(await complete()), ...changed };
    const { code, output } = await startRefused(environment);
    expect(output).toContain(named);
    expect(code).toBe(1);
    for (const name of ["DATABASE_URL", "AUTH_SECRET", "KEY_PEPPER", "RESEND_API_KEY", "MODEL_SERVER_KEY"]) {
      const value = environment[name]?.trim();
      if (value) expect(output, `the value of ${name}`).not.toContain(value);
    }
    expect(output).not.toContain("4711");
    expect(output).not.toMatch(/^\s+at /m);
  });
}

test("FA-19 a DATA_DIR that cannot be created is reported in a sentence", async () => {
  const { code, output } = await startRefused({ ...(await complete()), DATA_DIR: "/dev/null/atelier" });
  expect(output).toContain("DATA_DIR cannot be made");
  expect(output).not.toContain("at mkdirSync");
  expect(code).toBe(1);
});

// The embedded model server is a separate process, which must report this in a sentence too.
const withAndWithout: Record<string, string>[] = [{}, { MODEL_SERVER_URL: "" }];
for (const more of withAndWithout)
  test(`FA-19 with a DATA_DIR that cannot be written to it says so in a sentence ${Object.keys(more).join("")}`, async () => {
    test.skip(process.platform !== "linux", "another system has no folder that even root cannot write to");
    const { AUTH_SECRET: _, KEY_PEPPER: __, ...others } = await complete();
    const { code, output } = await startRefused({ ...others, ...more, KEEP_SECRETS: "true", DATA_DIR: "/sys" });
    expect(output).toContain("DATA_DIR cannot be used: this user may not write there.");
    expect(output).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
  });

test("FA-19 one secret for two purposes is refused", async () => {
  const same = secret();
  const { code, output } = await startRefused({ ...(await complete()), AUTH_SECRET: same, KEY_PEPPER: same });
  expect(code).toBe(1);
  expect(output).toContain("KEY_PEPPER must not be the same as AUTH_SECRET");
  expect(output).not.toContain(same);
});

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { expectNoViolations } from "../support/browser/axe";
import { askForLink, signInByMail } from "../support/browser/sign-in";
import { expect, test } from "../support/browser/test";
import { type Installation, install } from "../support/installation";

type Received = { to: string; text: string };

let here: Installation;
let mail: { port: number; received: Received[]; close: () => Promise<void> };

/** Starts a mail server that requires a login, without TLS, like some relays in private networks. */
async function startMailServer(): Promise<typeof mail> {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...{ disabledCommands: ["STARTTLS"], allowInsecureAuth: true },
    onAuth: ({ username, password }, _session, done) =>
      username === "relay" && password === "the-right-password"
        ? done(null, { user: username })
        : done(Object.assign(new Error("5.7.8 no"), { responseCode: 535 })),
    onData: (stream, { envelope }, done) => {
      let text = "";
      stream.on("data", (chunk) => {
        text += chunk;
      });
      stream.on("end", () => {
        for (const { address } of envelope.rcptTo) received.push({ to: address, text });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  return {
    ...{ port: (server.server.address() as AddressInfo).port, received },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

test.beforeEach(async () => {
  [here, mail] = await Promise.all([install(), startMailServer()]);
});
test.afterEach(async () => {
  await here?.close();
  await mail?.close();
});

test("OP-26 the first operator enters a mail server, reads what is wrong, and the next sign-in link is sent through it", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const personAt = async () => (await browser.newContext({ baseURL: here.origin })).newPage();
  const page = await personAt();
  await page.goto("/sign-in");
  await signInByMail(page, "ada@example.com", here.mailedLink);
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto("/instance/mail");
  await page.getByLabel("Host", { exact: true }).fill("127.0.0.1");
  await page.getByLabel("Port", { exact: true }).fill(String(mail.port));
  await page.getByLabel("User", { exact: true }).fill("relay");
  await page.getByLabel("Password", { exact: true }).fill("the-wrong-password");
  const server = page.getByRole("form", { name: "Set mail server" });
  await server.getByLabel("Sender").fill("Atelier <atelier@example.com>");

  // A feature that it lacks and then a login that it refuses, each reported at its field.
  const save = page.getByRole("button", { name: "Test and save mail server" });
  await save.click();
  await expect(server.getByText("Failed at: the encryption.")).toContainText("does not offer STARTTLS");
  await page.getByLabel("Encryption").selectOption("STARTTLS, if the server offers it");
  await page.getByLabel("Password", { exact: true }).fill("the-wrong-password");
  await save.click();
  await expect(server.getByText("Failed at: the login.")).toBeVisible();
  expect(mail.received).toEqual([]);
  await expectNoViolations(page);
  await page.getByLabel("Password", { exact: true }).fill("the-right-password");
  await page.getByRole("button", { name: "Send me a test by mail server" }).click();
  await expect(page.getByText("Sent to ada@example.com")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill("the-right-password");
  await save.click();
  await expect(page.getByText("Saved. A test was sent to you, and mail is sent this way from now on.")).toBeVisible();
  expect(mail.received.map(({ to }) => to)).toEqual(["ada@example.com", "ada@example.com"]);

  // The next person's link is sent through it, and none to the mailbox of this machine.
  const before = (await here.mailsTo("grace@example.com")).length;
  const theirs = await personAt();
  await theirs.goto("/sign-in");
  await askForLink(theirs, "grace@example.com");
  await expect.poll(() => mail.received.filter(({ to }) => to === "grace@example.com").length).toBe(1);
  expect((await here.mailsTo("grace@example.com")).length).toBe(before);
});

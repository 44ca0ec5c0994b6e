// npm run screens [width…] [page…]: takes pictures of every page in both themes, with a fictional organization. Without
// widths, those of a phone and a desktop are used; 768 is also possible. With names of pages, only these are taken. The
// pictures are written to screens/, which git ignores; the ones that docs/screens already has, for documents, are
// replaced there too. They show the production build with its own database, so no real data is in them.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import postgres from "postgres";
import { bundleScript } from "./bundle.mjs";
import { pages } from "./screens-pages.mjs";
import { seed } from "./screens-seed.mjs";
import { freePort, home, launchBrowser, startApplication } from "./screens-stage.mjs";
import { ensureBuild, root } from "./setup.mjs";

const target = path.join(root, "screens");
const shown = path.join(root, "docs", "screens");
const sizes = [
  [390, 844],
  [768, 1024],
  [1440, 900],
];
const asked = process.argv.slice(2);
const askedWidths = asked.map(Number).filter(Boolean);
const widths = askedWidths.length > 0 ? askedWidths : [390, 1440];
const names = asked.filter((each) => !Number(each));
const largest = 200_000;

const session = (person) => ({ name: "atelier.session", value: person.sessionToken, url: home, httpOnly: true });

/**
 * Sends the mails that the mailbox shows, and makes an invite link. Returns the links, and the cookie for the first
 * one.
 */
async function sendMails(browser, { maya, slug }) {
  const context = await browser.newContext({ baseURL: home });
  const page = await context.newPage();
  await context.addCookies([session(maya)]);
  await page.goto(`/w/${slug}/members/invitations`);
  const [tomas, noor, ingrid] = ["tomas.novak", "noor.haddad", "ingrid.solberg"].map((name) => `${name}@example.com`);
  for (const email of [tomas, noor]) {
    await page.getByRole("button", { name: `Resend to ${email}` }).click();
    await mailTo(email);
  }
  await page.goto(`/w/${slug}/settings`);
  await page.getByRole("button", { name: "Switch on" }).click();
  const inviteLink = await page.getByRole("textbox", { name: "Invite link", exact: true }).inputValue();
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(ingrid);
  await page.getByRole("button", { name: "Continue with email" }).click();
  await page.getByRole("heading", { name: "Check your email" }).waitFor();
  const confirm = linkIn(await mailTo(ingrid), "/sign-in/confirm");
  const invitation = linkIn(await mailTo(noor), "/invite/");
  const cookies = (await context.cookies()).filter(({ name }) => name === "atelier.asked");
  await context.close();
  return { links: { confirm, invitation, inviteLink }, cookies };
}

function linkIn(mail, start) {
  const href = new RegExp(`href="${home}(${start}[^"]*)"`).exec(mail)?.[1];
  if (!href) throw new Error(`The mail has no link to ${start}.`);
  return href.replaceAll("&amp;", "&");
}

/** Returns the body of the latest mail to an address, from the folder of the mailbox that replaces a mail provider. */
async function mailTo(address) {
  const folder = path.join(dataDir, "mailbox");
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
    const mails = files.sort().map((name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")));
    const mail = mails.findLast(({ to }) => to?.includes(address));
    if (mail) return mail.html;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`There is no mail to ${address}.`);
}

async function takeAll(browser, people, database) {
  const { links, cookies } = await sendMails(browser, people);
  const wanted = pages(people, links).filter(({ name }) => names.length === 0 || names.includes(name));
  for (const { name, who, path: address, act } of wanted) {
    await database`update sessions set last_seen_at = now() where user_agent like '%Firefox%'`;
    for (const [width, height] of sizes.filter(([size]) => widths.includes(size))) {
      for (const colorScheme of ["light", "dark"]) {
        const context = await browser.newContext({
          baseURL: home,
          viewport: { width, height },
          colorScheme,
          reducedMotion: "reduce",
          locale: "en-GB",
          timezoneId: "UTC",
          bypassCSP: true,
        });
        await context.addCookies(who ? [session(who)] : cookies);
        const page = await context.newPage();
        await page.goto(address, { waitUntil: "networkidle" });
        await act?.(page, { width, database });
        await page.mouse.move(0, 0);
        await page.evaluate(() => document.fonts.ready);
        const file = path.join(target, `${name}-${width}-${colorScheme}.png`);
        // Pictures have no scrollbars, so no space is reserved for them.
        await page.screenshot({
          path: file,
          animations: "disabled",
          style: "html { scrollbar-gutter: auto !important }",
        });
        await context.close();
        const inDocuments = path.join(shown, path.basename(file));
        if (!existsSync(inDocuments)) continue;
        copyFileSync(file, inDocuments);
        const { size } = statSync(file);
        if (size > largest) throw new Error(`${file} has ${size} bytes, more than ${largest}.`);
      }
    }
    console.log(name);
  }
}

ensureBuild();
const dataDir = mkdtempSync(path.join(tmpdir(), "atelier-screens-"));
const port = await freePort();
let stop;
let browser;
let database;
try {
  stop = await startApplication(port, dataDir);
  const kept = JSON.parse(readFileSync(path.join(dataDir, "postgres.json"), "utf8"));
  database = postgres(`postgres://postgres:${kept.passwords.postgres}@127.0.0.1:${kept.port}/atelier`, { max: 1 });
  const rows = await import(pathToFileURL(path.join(root, await bundleScript("scripts/screens-rows.ts"))).href);
  const people = await seed(database, rows);
  browser = await launchBrowser(port);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(target))
    if (names.length === 0 && widths.some((width) => file.includes(`-${width}-`))) rmSync(path.join(target, file));
  await takeAll(browser, people, database);
} finally {
  await browser?.close();
  await database?.end();
  await stop?.();
  rmSync(dataDir, { recursive: true, force: true });
}

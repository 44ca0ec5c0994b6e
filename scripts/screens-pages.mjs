// The pages of which `npm run screens` takes pictures, and the actions on each before the picture.
import { home } from "./screens-stage.mjs";

/** Returns every page: who opens it, its address, and the actions before the picture is taken. */
export function pages(
  { maya, noor, tunde, slug, model, job, key, endUser, review, batch },
  { confirm, invitation, inviteLink },
) {
  const at = (page) => `/w/${slug}${page}`;
  return [
    { name: "mailbox", path: "/dev/mailbox" },
    { name: "sign-in", path: "/sign-in" },
    { name: "check-email", path: "/sign-in/check-email" },
    { name: "confirm", path: confirm },
    { name: "welcome", who: noor, path: "/welcome" },
    { name: "create", who: noor, path: "/welcome/create" },
    { name: "invitation", who: noor, path: invitation },
    { name: "invite-link", who: noor, path: inviteLink },
    { name: "join", who: noor, path: `/join/${slug}` },
    { name: "overview", who: maya, path: at("") },
    { name: "members", who: maya, path: at("/members") },
    { name: "invitations", who: maya, path: at("/members/invitations") },
    { name: "requests", who: maya, path: at("/members/requests") },
    { name: "access-reviews", who: maya, path: at("/members/reviews") },
    { name: "invite-dialog", who: maya, path: at("/members?dialog=invite") },
    { name: "keys", who: maya, path: at("/keys") },
    { name: "secret-dialog", who: maya, path: at("/keys?dialog=create"), act: createKey },
    { name: "models", who: maya, path: at("/models") },
    { name: "model", who: maya, path: at(`/models/view/${encodeURIComponent(model)}`) },
    { name: "retirement", who: maya, path: at(`/models/retirement/${encodeURIComponent(model)}`) },
    { name: "jobs", who: maya, path: at("/models/jobs") },
    { name: "job", who: maya, path: at(`/models/jobs/${job}`) },
    { name: "files", who: maya, path: at("/models/files") },
    { name: "playground", who: maya, path: at("/models/playground?model=atelier-base&beside=atelier-mini"), act: chat },
    { name: "usage", who: maya, path: at("/usage?range=30d") },
    { name: "tags", who: maya, path: at("/usage/tags") },
    { name: "limits", who: maya, path: at("/limits") },
    { name: "billing", who: maya, path: at("/billing") },
    { name: "end-users", who: maya, path: at("/usage/end-users") },
    { name: "end-user", who: maya, path: at(`/usage/end-users/${endUser}`) },
    { name: "access-review", who: maya, path: at(`/members/reviews/${review}`) },
    { name: "key-record", who: maya, path: at(`/keys/view/${key}`) },
    { name: "revoke-dialog", who: maya, path: at(`/keys?dialog=revoke-many&chosen=${key}`) },
    { name: "remove-dialog", who: maya, path: at("/members"), act: openRemoval },
    { name: "batches", who: maya, path: at("/models/batches") },
    { name: "batch", who: maya, path: at(`/models/batches/${batch}`) },
    { name: "routes", who: maya, path: at("/models/routes") },
    { name: "audit", who: maya, path: at("/audit") },
    { name: "spending-limits", who: maya, path: at("/limits/spending") },
    { name: "statement", who: maya, path: at("/billing/statement") },
    { name: "settings", who: maya, path: at("/settings"), act: hideLink },
    { name: "account-menu", who: maya, path: at("/members"), act: openAccountMenu },
    { name: "account", who: maya, path: "/account" },
    { name: "inbox", who: maya, path: "/account/inbox" },
    { name: "help", who: maya, path: "/help" },
    ...[
      ["instance", ""],
      ["instance-workspaces", "/workspaces"],
      ["instance-workspace", `/workspaces/${slug}`],
      ["instance-people", "/people"],
      ["instance-sign-up", "/sign-up"],
      ["instance-sign-in", "/sign-in"],
      ["instance-providers", "/providers"],
      ["instance-provider-new", "/providers/new"],
      ["instance-models", "/models"],
      ["instance-model", "/models/atelier-mini"],
      ["instance-prices", "/prices"],
      ["instance-mail", "/mail"],
      ["instance-appearance", "/appearance"],
      ["instance-audit", "/audit"],
    ].map(([name, page]) => ({ name, who: tunde, path: `/instance${page}` })),
    { name: "operator-inbox", who: tunde, path: "/account/inbox" },
    { name: "not-found", who: maya, path: "/w/no-such-workspace" },
  ];
}

/** At temperature 0 the embedded models give the same answer in every run. */
async function chat(page) {
  // Under 1280 px the settings are behind a button.
  const settings = page.getByRole("button", { name: "Settings and presets" });
  if (await settings.isVisible()) await settings.click();
  await page.getByLabel("Temperature").fill("0");
  const hide = page.getByRole("button", { name: "Hide settings" });
  if (await hide.isVisible()) await hide.click();
  await page.getByLabel("Message").fill("What is a workspace?");
  await page.getByRole("button", { name: "Send" }).click();
  for (const log of await page.getByRole("log").all()) await log.and(page.locator("[aria-busy=false]")).waitFor();
  await page.evaluate(() => {
    document.activeElement?.blur();
    window.scrollTo(0, 0);
  });
}

async function createKey(page, { database }) {
  await page.getByLabel("Key name").fill("Nightly evaluation");
  await page.getByRole("dialog").getByRole("button", { name: "Create new key" }).click();
  const field = page.getByLabel("Your new key");
  await field.waitFor();
  // The real key differs in every run, and no picture should show a key that looks usable.
  await field.evaluate((input) => {
    input.value = "atl_Ex4mpleKey00_TheSecretOfAnExampleIsNoSecretButAsLongAsOne00000";
  });
  await page
    .getByText(/^atl_\w{4}…\w{4}$/)
    .first()
    .evaluate((text) => {
      text.textContent = "atl_Ex4m…0000";
    });
  await database`delete from api_keys where name = 'Nightly evaluation'`;
}

/** The link differs in every run too. */
async function hideLink(page) {
  await page.getByRole("textbox", { name: "Invite link", exact: true }).evaluate((input, address) => {
    input.value = address;
  }, `${home}/link/ThisIsWhereTheTokenOfTheLinkStands`);
}

async function openRemoval(page) {
  await page.getByRole("button", { name: "Actions for Wei-Ling Chen" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("dialog").waitFor();
}

async function openAccountMenu(page, { width }) {
  if (width < 768) await page.getByRole("button", { name: "Open navigation" }).click();
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Help" }).waitFor();
}

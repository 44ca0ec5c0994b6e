import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../support/browser/test";
import { oddKinds, startOddIssuers } from "../support/fakes/odd-issuer";

// One file and one worker, because the issuers have one port, which the server got at its start.
test.describe.configure({ mode: "default" });

let issuers: Awaited<ReturnType<typeof startOddIssuers>>;
test.beforeAll(async () => {
  issuers = await startOddIssuers(Number(process.env.E2E_ODD_ISSUERS_PORT));
});
test.afterAll(() => issuers.stop());

const tag = () => randomBytes(4).toString("hex");

async function go(page: Page, name: string, at = "/sign-in?callbackUrl=/welcome/create") {
  await page.goto(at);
  await page.getByRole("button", { name: `Continue with ${name}`, exact: true }).click();
}

async function atIssuer(page: Page, login: string) {
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Sign in" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test.use({ javaScriptEnabled });

    for (const kind of ["text", "post", "hops", "trusted"])
      test(`a new person comes in by an issuer that is odd: ${kind}`, async ({ page, database }) => {
        const email = `grace-${tag()}@example.com`;
        await go(page, `Odd ${kind}`);
        await atIssuer(page, email);
        await expect(page).toHaveURL("/welcome/create");
        const [row] = await database`
          select provider, email_verified_at is not null as verified from users
          join accounts on user_id = id where email = ${email} and began_account`;
        expect(row).toEqual({ provider: kind, verified: true });
      });

    test("Cancel at the provider leads back to where one was going, and is no error", async ({ page }) => {
      await go(page, "Odd hops");
      await page.getByRole("button", { name: "Cancel" }).click();
      await expect(page.getByText("Odd hops did not sign you in: the sign-in was cancelled")).toBeVisible();
      await expect(page.locator('input[name="callbackUrl"]').first()).toHaveValue("/welcome/create");
    });
  });
}

const failing: Record<string, string> = {
  silent: "Odd silent has not verified your e-mail address.",
  nameless: "Odd nameless did not send your e-mail address",
  forged: "The sign-in with Odd forged failed: its response was invalid.",
  http: "The sign-in with Odd http failed: its response was invalid.",
  broken: "Odd broken is not responding.",
  late: "The sign-in with Odd late failed: its clock and the clock of this Atelier differ too much",
};

for (const [kind, sentence] of Object.entries(failing))
  test(`IS-18 what went wrong is said in words: ${kind}`, async ({ page, database }) => {
    const email = `mallory-${tag()}@example.com`;
    await go(page, `Odd ${kind}`);
    await atIssuer(page, email);
    await expect(page.getByText(sentence)).toBeVisible();
    expect(await database`select 1 from users where email = ${email}`).toHaveLength(0);
  });

test("SI-09 groups of a provider of the environment make members, change their role and end them, with what cannot be read changing nothing", async ({
  team,
  database,
  browser,
}) => {
  test.setTimeout(180_000);
  const { acme, ada, page } = await team("viewer");
  await database`insert into operators (user_id, source) values (${ada.id}, 'environment')`;
  await page.goto("/instance/sign-in/grouped");
  await page.getByLabel("Groups claim").fill("groups");
  await page.getByRole("button", { name: "Save groups claim" }).click();
  await expect(page.getByText("Saved. It applies from the next sign-in on.")).toBeVisible();
  for (const [group, role] of [
    ["staff", "Viewer"],
    ["leads", "Developer"],
  ] as const) {
    await page.getByLabel("Group", { exact: true }).fill(group);
    await page.getByLabel("Workspace", { exact: true }).fill(acme.slug);
    await page.getByLabel("Role", { exact: true }).selectOption(role);
    await page.getByRole("button", { name: "Propose rule" }).click();
    await expect(page.getByRole("list", { name: "Group rules" }).getByText(group)).toBeVisible();
  }
  await page.goto(`/w/${acme.slug}/settings`);
  for (const group of ["staff", "leads"]) {
    await page.getByRole("button", { name: `Accept ${group}` }).click();
    await expect(page.getByRole("button", { name: `End ${group}` })).toBeVisible();
  }

  const name = `groups-${tag()}`;
  /** Signs in as the person with this name, with these groups from the provider, in a new browser. Returns their role in the workspace. */
  async function signInWith(...groups: string[]): Promise<string | undefined> {
    const context = await browser.newContext();
    const theirs = await context.newPage();
    await go(theirs, "Odd grouped");
    await atIssuer(theirs, `${[name, ...groups].join("+")}@example.com`);
    await expect(theirs).not.toHaveURL(/\/api\/|\/sign-in|127\.0\.0\.1/);
    await context.close();
    const [row] = await database`
      select role from memberships join users on id = user_id
      where email = ${`${name}@example.com`} and workspace_id = ${acme.id}`;
    return row?.role;
  }
  expect(await signInWith()).toBeUndefined();
  expect(await signInWith("staff")).toBe("viewer");
  await page.goto(`/w/${acme.slug}/members`);
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("By group");
  expect(await signInWith("thousands", "staff", "leads")).toBe("developer");
  expect(await signInWith("reference")).toBe("developer");
  expect(await signInWith("nothing")).toBe("developer");
  // A group that is renamed at the provider is another group for Atelier.
  expect(await signInWith("Staff")).toBeUndefined();
});

test("every odd issuer is used here", () => {
  const used = new Set(["text", "post", "hops", "early", "grouped", ...Object.keys(failing)]);
  expect([...oddKinds].sort()).toEqual([...used].sort());
});

test("IS-18 two tabs at two providers, or at the same one, do not take each other's sign-in", async ({
  context,
  database,
}) => {
  const [first, second, third] = [await context.newPage(), await context.newPage(), await context.newPage()];
  await go(first, "Odd text");
  await go(second, "Odd text");
  await go(third, "Odd post");
  const emails = [0, 1, 2].map(() => `tab-${tag()}@example.com`);
  for (const [index, page] of [second, first, third].entries()) {
    await atIssuer(page, emails[index] ?? "");
    await expect(page).toHaveURL("/welcome/create");
  }
  expect(await database`select 1 from users where email in ${database(emails)}`).toHaveLength(3);
});

test("an answer that this browser did not ask for, and one that comes a second time, sign no person in", async ({
  page,
  browser,
  database,
}) => {
  const email = `grace-${tag()}@example.com`;
  await go(page, "Odd text");
  let answered = "";
  // The browser stops at the provider, and the redirect back is read from the provider's answer.
  await page.route("**/text/hop?**", async (route) => {
    answered = (await route.fetch({ maxRedirects: 0 })).headers().location ?? "";
    await route.fulfill({ body: "stopped" });
  });
  await atIssuer(page, email);
  await expect(page.getByText("stopped")).toBeVisible();
  const other = await (await browser.newContext()).newPage();
  await other.goto(answered);
  await expect(other.getByText("was started in another browser")).toBeVisible();
  expect(await database`select 1 from users where email = ${email}`).toHaveLength(0);
  await page.goto(answered);
  await expect(page).toHaveURL("/welcome/create");
  await page.context().clearCookies({ name: "atelier.session" });
  await page.goto(answered);
  await expect(page.getByText("was started in another browser")).toBeVisible();
});

test.describe("IS-03 a session that is eleven minutes old", () => {
  test("begins no link, ends none, and is not taken for one on the sign-in page", async ({ signIn, database }) => {
    const { person, page } = await signIn();
    const age = () =>
      database`update sessions set created_at = now() - interval '11 minutes' where user_id = ${person.id}`;
    const linked = () => database`select 1 from accounts where user_id = ${person.id}`;
    await page.goto("/account");
    await age();
    await page.getByRole("button", { name: "Link Odd text" }).click();
    await expect(page.getByText("To link Odd text you must have signed in within the last 10 minutes.")).toBeVisible();

    await database`update sessions set created_at = now() where user_id = ${person.id}`;
    await page.getByRole("button", { name: "Link Odd text" }).click();
    await age();
    await atIssuer(page, `mallory-${tag()}@example.com`);
    await expect(page.getByText("To link Odd text you must have signed in within the last 10 minutes.")).toBeVisible();
    expect(await linked()).toHaveLength(0);

    // On the page for a session that is too old, a stranger's account at the provider signs the stranger in and is not linked.
    const stranger = `mallory-${tag()}@example.com`;
    await go(page, "Odd text", "/sign-in?notice=again&callbackUrl=/account");
    await atIssuer(page, stranger);
    await expect(page.getByText(`You are signed in as ${stranger}`)).toBeVisible();
    expect(await linked()).toHaveLength(0);
    // The old session has ended.
    expect(await database`select 1 from sessions where user_id = ${person.id}`).toHaveLength(0);
  });
});

test("IS-03 a provider that is linked is mailed about, and gone once one signs out everywhere else", async ({
  signIn,
  database,
  mailedLink,
  page: other,
}) => {
  const { person, page } = await signIn();
  const login = `other-${tag()}@example.com`;
  await page.goto("/account");
  await page.getByRole("button", { name: "Link Odd text" }).click();
  await atIssuer(page, login);
  await expect(page.getByRole("button", { name: "Unlink Odd text" })).toBeVisible();
  await mailedLink(person.email, "/account");
  await page.reload();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByRole("button", { name: "Link Odd text", exact: true })).toBeVisible();
  await go(other, "Odd text");
  await atIssuer(other, login);
  await expect(other).toHaveURL("/welcome/create");
  expect(await database`select 1 from accounts where user_id = ${person.id}`).toHaveLength(0);
});

test("addresses that name no failure and no provider are an ordinary page", async ({ page }) => {
  for (const query of ["failure=constructor&provider=__proto__", "failure=__proto__", "failure=toString&failure=x"]) {
    const response = await page.goto(`/sign-in?${query}`);
    expect(response?.status(), query).toBe(200);
  }
});

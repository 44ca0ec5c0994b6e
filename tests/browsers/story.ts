import { randomBytes } from "node:crypto";
import { mailedLink } from "./mailbox";
import type { Person } from "./person";
import { openEverything } from "./popups";

/** Runs one part of the story and reports it. */
export type Step = (name: string, run: () => Promise<void>) => Promise<void>;

const pages = ["", "/keys", "/models", "/usage", "/limits", "/members", "/billing", "/settings", "/audit"];

/** The main story, as two people live it. It is the same in every engine; what differs is behind `Person`. */
export async function playStory(step: Step, newPerson: () => Promise<Person>, baseUrl: string): Promise<void> {
  const tag = randomBytes(4).toString("hex");
  const company = `Acme ${tag}`;
  const ada = await newPerson();
  const grace = await newPerson();
  const signIn = async (person: Person, email: string) => {
    await person.fill("Email", email);
    await person.click("button", "Continue with email");
    await person.see("heading", "Check your email");
    await person.goto(await mailedLink(baseUrl, email, "/sign-in/confirm"));
    await person.click("button", "Continue");
  };
  const createWorkspace = async (person: Person, name: string, kind: string) => {
    await person.click("button", "Create workspace");
    await person.fill("Workspace name", name);
    await person.click("radio", kind);
    await person.click("button", "Create workspace");
  };
  let key = "";
  const statusOfKey = async () => {
    const answer = await fetch(new URL("/v1/models", baseUrl), { headers: { authorization: `Bearer ${key}` } });
    return answer.status;
  };
  const expectStatus = async (status: number) => {
    const found = await statusOfKey();
    if (found !== status) throw new Error(`/v1/models answered ${found} instead of ${status}`);
  };

  await step("signs in by a mailed link", async () => {
    await ada.goto("/");
    await ada.see("heading", "Sign in to Atelier");
    await signIn(ada, `ada-${tag}@example.com`);
    await ada.see("heading", "Welcome to Atelier");
  });
  await step("creates a workspace", async () => {
    await createWorkspace(ada, company, "For my organization");
    await ada.isAt(new RegExp(`^/w/acme-${tag}$`));
  });
  await step("invites by mail from a dialog", async () => {
    const within = { role: "dialog", name: "Invite a new member" };
    await ada.click("link", "Members", { exact: true });
    await ada.reads("1 member");
    await ada.click("button", "Invite a new member");
    await ada.fill("Email addresses", `grace-${tag}@example.com, nonsense`, within);
    await ada.click("button", "Send invitations", { within });
    await ada.see("list", "Results", { within });
    await ada.reads("Not an address");
    await ada.click("button", "Done", { within });
    await ada.missing("dialog");
    await ada.click("link", "Invitations 1");
    await ada.see("region", "Pending invitations");
    await ada.reads(`grace-${tag}@example.com`);
  });
  await step("accepts the invitation as another person", async () => {
    await grace.goto(await mailedLink(baseUrl, `grace-${tag}@example.com`, "/invite/"));
    await signIn(grace, `grace-${tag}@example.com`);
    await grace.see("heading", `Join workspace ${company}`);
    await grace.click("button", "Accept invitation");
    await grace.isAt(new RegExp(`^/w/acme-${tag}$`));
  });
  await step("creates a workspace of the own from the account menu", async () => {
    await grace.click("button", "Account menu");
    await grace.click("menuitem", "Create or join workspace");
    await createWorkspace(grace, `Own ${tag}`, "For myself");
    await grace.isAt(new RegExp(`^/w/own-${tag}$`));
  });
  await step("switches the workspace and stays on the page", async () => {
    await grace.click("link", "API Keys");
    await grace.see("heading", "API Keys");
    await grace.click("button", "Account menu");
    await grace.click("menuitem", `Switch to ${company}`);
    await grace.isAt(new RegExp(`^/w/acme-${tag}/keys$`));
    await grace.click("button", "Account menu");
    await grace.click("menuitem", `Switch to Own ${tag}`);
    await grace.isAt(new RegExp(`^/w/own-${tag}/keys$`));
  });
  await step("opens the account menu by keyboard", async () => {
    await grace.evaluate("document.querySelector('[data-sheet] [aria-haspopup=menu]').focus()");
    await grace.focusIsOn("button", "Account menu");
    await grace.press("ArrowDown");
    await grace.focusIsOn("menuitem", `Switch to ${company}`);
    await grace.press("ArrowUp");
    await grace.focusIsOn("menuitem", "Log out");
    await grace.type("h");
    await grace.focusIsOn("menuitem", "Help");
    await grace.press("Escape");
    await grace.missing("menu");
    await grace.focusIsOn("button", "Account menu");
  });
  await step("creates a key, which works", async () => {
    const within = { role: "dialog" };
    await grace.click("button", "Create new key");
    await grace.fill("Key name", "Backend", within);
    await grace.click("button", "Create new key", { within });
    key = (await grace.see("textbox", "Your new key")).value;
    await expectStatus(200);
    await grace.press("Escape");
    await grace.see("textbox", "Your new key");
    await grace.click("button", "Done");
    await grace.missing("dialog");
    await grace.reads("Backend");
  });
  for (const page of pages)
    await step(`opens every menu and dialog of ${page || "the overview"}`, () =>
      openEverything(grace, `/w/own-${tag}${page}`),
    );
  await step("opens every menu and dialog of the members as an Admin of two", () =>
    openEverything(ada, `/w/acme-${tag}/members`),
  );
  await step("opens every dialog of the account", () => openEverything(grace, "/account"));
  await step("finds a page with the palette", async () => {
    await grace.goto(`/w/own-${tag}`);
    await grace.see("button", "Search or jump to");
    await grace.isInteractive();
    await grace.click("button", "Search or jump to");
    await grace.see("combobox");
    await grace.press("Escape");
    await grace.missing("dialog");
    await grace.chord("k");
    await grace.see("combobox");
    await grace.type("audit");
    await grace.see("option", "Audit log");
    await grace.press("Enter");
    await grace.isAt(new RegExp(`^/w/own-${tag}/audit$`));
  });
  await step("uses the drawer on a phone", async () => {
    await grace.resize(390, 844);
    await grace.goto(`/w/own-${tag}`);
    const isWide = await grace.evaluate("document.documentElement.scrollWidth > innerWidth");
    if (isWide) throw new Error("the page scrolls sideways");
    await grace.click("button", "Open navigation");
    await grace.click("link", "API Keys");
    await grace.isAt(new RegExp(`^/w/own-${tag}/keys$`));
    await grace.missing("link", "API Keys");
    await grace.click("button", "Open navigation");
    await grace.click("button", "Account menu");
    await grace.see("menuitem", "Log out");
    await grace.press("Escape");
    await grace.resize(1280, 900);
  });
  await step("revokes the key, which no longer works", async () => {
    await grace.goto(`/w/own-${tag}/keys`);
    await grace.click("button", "Actions for Backend");
    await grace.click("menuitem", "Revoke");
    await grace.click("button", "Revoke", { within: { role: "dialog", name: "Revoke Backend?" } });
    await grace.reads("Key revoked. It no longer works.");
    await expectStatus(401);
  });
  await step("chooses the dark theme", async () => {
    await grace.click("button", "Account menu");
    await grace.click("menuitemradio", "Dark");
    const background = () => grace.evaluate("getComputedStyle(document.body).backgroundColor");
    if ((await background()) !== "rgb(22, 19, 16)") throw new Error(`the page stays ${await background()}`);
  });
  await step("logs out", async () => {
    await grace.goto(`/w/own-${tag}`);
    await grace.click("button", "Account menu");
    await grace.click("menuitem", "Log out");
    await grace.see("heading", "Sign in to Atelier");
    await grace.goto(`/w/own-${tag}`);
    await grace.see("heading", "Sign in to Atelier");
  });
}

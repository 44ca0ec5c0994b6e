import { type APIResponse, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import postgres from "postgres";
import { startPostgres } from "@/embedded/postgres/postgres";
import type { Role } from "@/server/access/permissions";
import { type InvitationValues, insertInvitation } from "../factories/invitations";
import { insertPerson, insertSession } from "../factories/people";
import { insertMember, insertWorkspace } from "../factories/workspaces";
import { keepSteady } from "./steady-page";

export { expect };

export type Person = { id: string; name: string; email: string };
export type Workspace = { id: string; slug: string; name: string };

type Fixtures = {
  /** Creates a person with a verified address, and a signed-in page in a browser of their own. */
  signIn: (values?: { name?: string; email?: string }) => Promise<{ person: Person; page: Page }>;
  /** Opens another signed-in page for a person, in a new browser context. */
  pageOf: (person: Person, options?: Parameters<Browserish["newContext"]>[0]) => Promise<Page>;
  /** Creates an organization workspace with this Admin in the database. */
  workspace: (admin: Person, name?: string) => Promise<Workspace>;
  /** Makes a person a member. */
  join: (workspace: Workspace, person: Person, role: Role) => Promise<void>;
  /** Ada Lovelace, Admin of a workspace, and Grace Hopper, who has this role in it, each with a page that is signed in. */
  team: (role: Role) => Promise<{ acme: Workspace; ada: Person; page: Page; grace: Person; hers: Page }>;
  /** Returns the `Cookie` header of a new session of a person, for requests without a browser. */
  cookieOf: (person: Person) => Promise<string>;
  /** Calls a procedure over HTTP as a page of ours does. */
  call: (person: Person, procedure: string, input: unknown) => Promise<APIResponse>;
  /** Creates an invitation in the database and returns its token. */
  invite: (workspace: Workspace, by: Person, email: string, values?: InvitationValues) => Promise<string>;
  /** Finds the latest mail to an address that contains a link with this prefix of its path, and returns the link's address. */
  mailedLink: (to: string, path: string) => Promise<string>;
};

type WorkerFixtures = { database: postgres.Sql };

type Browserish = {
  newContext: (options?: {
    baseURL?: string;
    javaScriptEnabled?: boolean;
    permissions?: string[];
    timezoneId?: string;
    locale?: string;
    hasTouch?: boolean;
    reducedMotion?: "reduce" | "no-preference";
    viewport?: { width: number; height: number };
    colorScheme?: "light" | "dark";
  }) => Promise<BrowserContext>;
};

/**
 * The browser tests' `test`. A console error or an uncaught exception in any page fails the test, except the ones it
 * expects by `test.info().annotations.push({ type: "expects-console-error" })`.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  database: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const server = await startPostgres({ dataDir: String(process.env.E2E_DATA_DIR) });
      const sql = postgres(server.superuserUrl.replace(/\/[^/]*$/, "/atelier"), { max: 2, onnotice: () => {} });
      await use(sql);
      await sql.end();
      await server.stop();
    },
    { scope: "worker" },
  ],

  context: async ({ context, baseURL, javaScriptEnabled }, use) => {
    if (javaScriptEnabled) keepSteady(context);
    const errors = watch(context, baseURL);
    await use(context);
    complain(errors);
  },

  cookieOf: async ({ database }, use) => {
    await use(async (person) => `atelier.session=${await insertSession(database, person.id)}`);
  },

  call: async ({ request, cookieOf, baseURL }, use) => {
    await use(async (person, procedure, input) =>
      request.post(`/api/trpc/${procedure}`, {
        headers: { cookie: await cookieOf(person), origin: String(baseURL) },
        data: input ?? {},
      }),
    );
  },

  invite: async ({ database }, use) => {
    await use(
      async (workspace, by, email, values) =>
        (await insertInvitation(database, workspace.id, by.id, email, values)).token,
    );
  },

  pageOf: async ({ browser, database, baseURL, javaScriptEnabled }, use) => {
    const opened: { context: BrowserContext; errors: string[] }[] = [];
    await use(async (person, options) => {
      const context = await browser.newContext({ ...(baseURL ? { baseURL } : {}), ...options });
      if (options?.javaScriptEnabled ?? javaScriptEnabled) keepSteady(context);
      opened.push({ context, errors: watch(context, baseURL) });
      const token = await insertSession(database, person.id);
      await context.addCookies([
        { name: "atelier.session", value: token, url: String(baseURL), httpOnly: true, sameSite: "Lax" },
      ]);
      return context.newPage();
    });
    for (const { context, errors } of opened) {
      const counted = await withoutLateRefusals(errors, context);
      await context.close();
      complain(counted);
    }
  },

  signIn: async ({ database, pageOf }, use) => {
    await use(async (values) => {
      const person = await insertPerson(database, values);
      return { person, page: await pageOf(person) };
    });
  },

  workspace: async ({ database }, use) => {
    await use(async (admin, name) => insertWorkspace(database, admin.id, { name }));
  },

  join: async ({ database }, use) => {
    await use(async (workspace, person, role) => insertMember(database, workspace.id, person.id, role));
  },

  team: async ({ signIn, workspace, join }, use) => {
    await use(async (role) => {
      const { person: ada, page } = await signIn({ name: "Ada Lovelace" });
      const acme = await workspace(ada);
      const { person: grace, page: hers } = await signIn({ name: "Grace Hopper" });
      await join(acme, grace, role);
      return { acme, ada, page, grace, hers };
    });
  },

  mailedLink: async ({ request, database }, use) => {
    await use(async (to, path) => {
      let found: string | undefined;
      await expect
        .poll(
          async () => {
            // The latest mail may still be queued behind one that has arrived.
            const onTheirWay = await database`select from mail_outbox where status = 'queued' and attempts <= 1`;
            if (onTheirWay.length > 0) return false;
            const list = await (await request.get("/dev/mailbox")).text();
            // The rows of the list in order; the text of each link begins with the address.
            for (const [, id, rest] of list.matchAll(/href="\/dev\/mailbox\/([\w-]+)"[^>]*>(.*?)<\/a>/gs)) {
              if (!rest?.includes(to)) continue;
              const mail = await (await request.get(`/dev/mailbox/${id}`)).text();
              const href = new RegExp(`href="(http[^"]*${path}[^"]*)"`).exec(mail)?.[1];
              if (href) {
                found = href.replaceAll("&amp;", "&");
                return true;
              }
            }
            return false;
          },
          { message: `no mail to ${to} with a link to ${path}`, intervals: [100] },
        )
        .toBe(true);
      return String(found);
    });
  },
});

/** Collects the errors of our own pages; those of the OIDC issuer's pages are ignored. */
function watch(context: BrowserContext, own: string | undefined): string[] {
  const errors: string[] = [];
  context.on("console", (message) => {
    if (message.type() === "error" && message.page()?.url().startsWith(`${own}/`))
      errors.push(`${message.text()} (${message.page()?.url()})`);
  });
  context.on("weberror", (error) => errors.push(String(error.error())));
  return errors;
}

/** Drops the errors of requests that a page sent just before the person signed out. */
async function withoutLateRefusals(errors: string[], context: BrowserContext): Promise<string[]> {
  const isSignedIn = (await context.cookies()).some(({ name }) => name === "atelier.session");
  return isSignedIn ? errors : errors.filter((error) => !/status of 401/.test(error));
}

function complain(errors: string[]): void {
  const isExpected = test.info().annotations.some(({ type }) => type === "expects-console-error");
  if (!isExpected) expect(errors, "errors in the browser's console").toEqual([]);
}

import { connect } from "@/db/connect";
import type { Check } from "./stories";

/** Checks that a running container serves its pages and sends mail. */
export async function serves(url: string, databaseUrl: string, check: Check): Promise<void> {
  const page = await fetch(`${url}/sign-in`);
  const text = await page.text();
  check("it serves its pages", page.status === 200 && text.includes("Continue"), page.status);
  const asset = /\/_next\/static\/[^"]+\.css/.exec(text)?.[0] ?? "";
  check("and what they load", (await fetch(url + asset)).status === 200, asset);
  check("a mail is rendered and delivered", await signInMailArrives(url));
  const sql = connect(databaseUrl, { max: 1, onnotice: () => {} });
  const [row] = await sql`select count(*)::int as n from mail_outbox where status = 'failed'`;
  check("none failed", row?.n === 0);
  const saml = await fetch(`${url}/api/auth/saml/acme`);
  const metadata = await saml.text();
  check("it makes a key for SAML", metadata.includes("X509Certificate"), saml.status);
  await sql.end();
}

/** Asks for a sign-in link as a browser without JavaScript does, and looks for it in the mailbox that stands in for a provider. */
async function signInMailArrives(url: string): Promise<boolean> {
  const page = await fetch(`${url}/sign-in`);
  const html = await page.text();
  const cookies = page.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
  const form = new FormData();
  const part = html.slice(
    html.indexOf('name="email"') < 0 ? 0 : html.lastIndexOf("<form", html.indexOf('name="email"')),
  );
  for (const [, name = "", value = ""] of part
    .slice(0, part.indexOf("</form>"))
    .matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g))
    form.set(name, value.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  form.set("email", "ada@example.com");
  await fetch(`${url}/sign-in`, {
    method: "POST",
    body: form,
    redirect: "manual",
    headers: { cookie: cookies, origin: url },
  });
  for (let tries = 0; tries < 100; tries++) {
    const mailbox = await fetch(`${url}/dev/mailbox`);
    if ((await mailbox.text()).includes("ada@example.com")) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

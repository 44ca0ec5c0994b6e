import type { Page } from "@playwright/test";
import type postgres from "postgres";
import { oddClient } from "../fakes/odd-issuer";
import { expect } from "./test";

/** Fills in the form for a new sign-in provider, on its page. */
export async function describeProvider(page: Page, name: string, issuer: string): Promise<void> {
  await page.getByLabel("Issuer", { exact: true }).fill(issuer);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Client ID", { exact: true }).fill(oddClient.clientId);
  await page.getByLabel("Client secret", { exact: true }).fill(oddClient.clientSecret);
}

/** Adds a sign-in provider as an operator does, and optionally enables it. Returns its id. */
export async function addSignInProvider(
  page: Page,
  database: postgres.Sql,
  { name, issuer, isEnabled }: { name: string; issuer: string; isEnabled: boolean },
): Promise<string> {
  await page.goto("/instance/sign-in/new");
  await describeProvider(page, name, issuer);
  await page.getByRole("button", { name: "Add provider" }).click();
  await expect(page.getByText("Provider added. Test it, then enable it.")).toBeVisible();
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await database`update sign_in_providers set is_enabled = ${isEnabled} where id = ${id}`;
  return id;
}

/** Signs in at the login page of an odd issuer. */
export async function atIssuer(page: Page, login: string): Promise<void> {
  await page.getByLabel("Login").fill(login);
  await page.getByRole("button", { name: "Sign in" }).click();
}

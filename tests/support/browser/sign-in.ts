import type { Page } from "@playwright/test";
import { expect } from "./test";

type Mailed = (to: string, path: string) => Promise<string>;

/** Asks for a link to an address, on a sign-in page. */
export async function askForLink(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Continue with email" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
}

/** Signs in on a sign-in page as a person does: by address, mail, link and button. */
export async function signInByMail(page: Page, email: string, mailedLink: Mailed): Promise<void> {
  await askForLink(page, email);
  await page.goto(await mailedLink(email, "/sign-in/confirm"));
  await page.getByRole("button", { name: "Continue" }).click();
}

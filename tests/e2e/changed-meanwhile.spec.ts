import { expect, test } from "../support/browser/test";

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "" : "without JavaScript ";

  test(`${how}an Admin who is demoted while their form is open is told so, and nothing comes of it`, async ({
    team,
    pageOf,
    database,
  }) => {
    test.info().annotations.push({ type: "expects-console-error" });
    const { acme, grace } = await team("admin");
    const page = await pageOf(grace, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/members?dialog=invite`);
    const dialog = page.getByRole("dialog", { name: "Invite a new member" });
    await dialog.getByLabel("Email addresses").fill("joan@example.com");
    await database`update memberships set role = 'viewer' where workspace_id = ${acme.id} and user_id = ${grace.id}`;
    await dialog.getByRole("button", { name: "Send invitations" }).click();
    if (javaScriptEnabled) {
      await expect(page.getByText("Your role in this workspace does not allow this. Ask an Admin.")).toBeVisible();
      await expect(dialog.getByLabel("Email addresses")).toHaveValue("joan@example.com");
    } else {
      // The page is loaded again, with the permissions of their new role.
      const invite = page.getByRole("button", { name: "Invite a new member" });
      await expect(invite).toHaveAttribute("aria-description", /^Needs the role Admin\./);
    }
    expect(await database`select from invitations where workspace_id = ${acme.id}`).toHaveLength(0);
  });

  test(`${how}a workspace that is deleted while a member is typing says so, and nothing comes of it`, async ({
    signIn,
    pageOf,
    workspace,
    database,
  }) => {
    test.info().annotations.push({ type: "expects-console-error" });
    const { person: ada } = await signIn({ name: "Ada Lovelace" });
    const acme = await workspace(ada);
    const page = await pageOf(ada, { javaScriptEnabled });
    await page.goto(`/w/${acme.slug}/settings`);
    const name = page.getByLabel("Workspace name");
    await name.fill("Acme of tomorrow");
    await database`update workspaces set deleted_at = now() where id = ${acme.id}`;
    await page.getByRole("button", { name: "Save" }).first().click();
    await expect(
      page.getByText(javaScriptEnabled ? "This does not exist, or" : "This page does not exist, or").first(),
    ).toBeVisible();
    const [row] = await database`select name from workspaces where id = ${acme.id}`;
    expect(row?.name).not.toBe("Acme of tomorrow");
    await page.goto(`/w/${acme.slug}`);
    await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  });
}

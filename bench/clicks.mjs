// P8: the time from a click to its effect on screen, in a warm browser: to the first change in frames, to the result in ms.
import { browse } from "./browser.mjs";
import { figure } from "./figures.mjs";
import { median } from "./load.mjs";

const times = 12;

/** Runs in the page. Clicks, counts frames until the first change, and waits until the result is painted. */
function clickAndWatch(element, outcome) {
  return new Promise((resolve) => {
    const isThere = () =>
      outcome.path
        ? location.pathname === outcome.path && document.body.innerText.includes(outcome.text)
        : [...document.querySelectorAll(outcome.selector)].some((each) => each.checkVisibility());
    let frames = 0;
    let feedback;
    const watcher = new MutationObserver(() => {
      feedback ??= frames + 1;
    });
    watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const begun = performance.now();
    const frame = () => {
      frames += 1;
      if (!isThere())
        return performance.now() - begun < 10_000
          ? requestAnimationFrame(frame)
          : resolve({ feedback: Number.NaN, ms: Number.NaN });
      // The contents of this frame are on screen when the next frame begins.
      requestAnimationFrame(() => {
        watcher.disconnect();
        resolve({ feedback, ms: performance.now() - begun });
      });
    };
    requestAnimationFrame(frame);
    element.click();
  });
}

export async function run(stage) {
  await stage.app();
  const { world, sql } = stage;
  const where = await world.place(sql, 20);
  const names = ["Acme Research", "Northwind Labs"];
  const second = await world.insertWorkspace(sql, where.admin.id, { name: names[1] });
  const slugs = [where.slug, second.slug];
  const taken = { switch: [], invite: [], key: [] };
  await browse(stage, where.admin, async (page) => {
    const open = (name, role = "button") => page.getByRole(role, { name, exact: true });
    await page.goto(`/w/${slugs[0]}/members`);
    for (let i = 0; i < times; i += 1) {
      const to = (i + 1) % 2;
      await page.getByRole("button", { name: "Account menu" }).click();
      const link = page.getByRole("menuitem", { name: `Switch to ${names[to]}` });
      await link.waitFor();
      await page.waitForTimeout(400);
      taken.switch.push(
        await link.evaluate(clickAndWatch, {
          path: `/w/${slugs[to]}/members`,
          text: to === 0 ? "20 members" : "1 member",
        }),
      );
    }
    await page.goto(`/w/${slugs[0]}/members`);
    for (let i = 0; i < times; i += 1) {
      await open("Invite a new member").click();
      const dialog = page.getByRole("dialog", { name: "Invite a new member" });
      await dialog.getByLabel("Email addresses").fill(`clicked-${i}-${where.slug}@example.com`);
      await page.waitForTimeout(200);
      taken.invite.push(
        await dialog
          .getByRole("button", { name: "Send invitations" })
          .evaluate(clickAndWatch, { selector: '[aria-label="Results"]' }),
      );
      await dialog.getByRole("button", { name: "Done" }).click();
    }
    await page.goto(`/w/${slugs[0]}/keys`);
    for (let i = 0; i < times; i += 1) {
      await open("Create new key").first().click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Key name").fill(`Clicked ${i}`);
      await page.waitForTimeout(200);
      taken.key.push(
        await dialog
          .getByRole("button", { name: "Create new key" })
          .evaluate(clickAndWatch, { selector: "dialog input[readonly]" }),
      );
      await dialog.getByRole("button", { name: "Done" }).click();
    }
  });
  // The first two are for warm-up.
  const of = (what, key) => median(taken[what].slice(2).map((each) => each[key]));
  return ["switch", "invite", "key"].flatMap((what) => {
    const name = { switch: "switch workspace", invite: "invite a member", key: "create a key" }[what];
    const note = "nextjs/saas-starter is not among the peers";
    return [
      figure({ id: "P8", name: `${name}: first feedback`, value: of(what, "feedback"), unit: "frames", atMost: 2 }),
      figure({ id: "P8", name: `${name}: confirmed`, value: of(what, "ms"), unit: "ms", note }),
    ];
  });
}

import type { Opener } from "./in-page";
import type { Person } from "./person";

/**
 * Opens every menu and every dialog of a page, also the dialogs behind a menu's items, and closes each with Escape: the
 * page answers while each is open, and what opened it is there afterwards.
 */
export async function openEverything(person: Person, path: string): Promise<void> {
  await person.goto(path);
  await person.see("heading");
  await person.isInteractive();
  for (const opener of await distinctOpeners(person)) {
    await open(person, opener);
    if (opener.opens === "menu") {
      const items = await distinctOpeners(person);
      await close(person, "menu");
      for (const item of items) {
        await open(person, opener);
        await person.click("menuitem", item.name, { exact: true });
        await person.see("dialog");
        await close(person, "dialog");
      }
    } else await close(person, "dialog");
    await person.see("button", opener.name, { exact: true });
  }
}

async function open(person: Person, { name, opens }: Opener): Promise<void> {
  await person.click("button", name, { exact: true });
  await person.see(opens);
}

async function close(person: Person, what: Opener["opens"]): Promise<void> {
  await person.press("Escape");
  await person.missing(what);
}

/** Of rows with the same menu under the same name, one is enough. */
async function distinctOpeners(person: Person): Promise<Opener[]> {
  return [...new Map((await person.openers()).map((opener) => [opener.name, opener])).values()];
}

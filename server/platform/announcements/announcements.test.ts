import { expect, test } from "vitest";
import "@/tests/support/database";
import { onAnnouncement, watchAnnouncements } from "./announcements";
import { announce } from "./queries";

test("AK-10 every memory that listens to a topic hears of a change, not the last one alone", async () => {
  const heard = new Set<string>();
  for (const name of ["keys", "responses"]) onAnnouncement({ workspace: (id) => heard.add(`${name} of ${id}`) });
  const job = watchAnnouncements();
  await expect
    .poll(
      async () => {
        await announce("workspace acme");
        return [...heard].sort();
      },
      { timeout: 10_000 },
    )
    .toEqual(["keys of acme", "responses of acme"]);
  await job.stop();
});

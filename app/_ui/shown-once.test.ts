import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const files = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".tsx"))
  .map((file) => ({ file, text: withoutComments(readFileSync(`app/${file}`, "utf8")) }));

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

describe("what is shown once", () => {
  test("says so with ShownOnce, which keeps its dialog open", () => {
    const saying = files.filter(({ text }) =>
      /only time|(shown|seen) (to you )?only once|(shown|seen) (this )?once\./i.test(text),
    );
    expect(saying.map(({ file }) => file).sort()).toEqual([
      "_ui/shown-once.tsx",
      // Say it of the secret that the dialog will show.
      "w/[workspace]/_overview/setup-card.tsx",
      "w/[workspace]/keys/page.tsx",
      // On the clipboard already, and made anew by the same button.
      "w/[workspace]/members/_invitations/invitation-link.tsx",
      // A hint beside the choice "Rotate".
      "w/[workspace]/members/_offboarding/belongings.tsx",
    ]);
  });

  test("is in no field to copy from that is not below ShownOnce", () => {
    const fields = files.filter(({ text }) => /<CopyField[^>]*value=\{\w*secret\w*\}/i.test(text));
    expect(fields).not.toHaveLength(0);
    for (const { file, text } of fields) expect(text, file).toContain("<ShownOnce");
  });

  test("is in a dialog that waits by itself: none has a state of its own for that", () => {
    for (const { file, text } of files) expect(text, file).not.toMatch(/dismissible|closedby=(?!\{isHeld)/);
    const dialog = files.find(({ file }) => file === "_ui/form.tsx");
    expect(dialog?.text).toContain('useHold(isPending ? "waiting" : undefined)');
  });
});

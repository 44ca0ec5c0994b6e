import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const anchoring = /\b(position-(area|anchor|try[\w-]*|visibility)\s*:|anchor(-size)?\()/;
const moving = /\b(transition|animation)(-[\w]+)*\s*:(?!\s*none)/;

/** Returns the innermost rules of a style sheet: selector, declarations, and whether they are a starting style. */
function rulesOf(css: string): { selector: string; body: string; isStarting: boolean }[] {
  const found: { selector: string; body: string; isStarting: boolean }[] = [];
  const open: { prelude: string; own: string }[] = [];
  let text = "";
  for (const sign of css.replace(/\/\*.*?\*\//gs, "")) {
    if (sign === "{") {
      // What stands before a nested rule's selector are declarations of the rule around it.
      const cut = text.lastIndexOf(";") + 1;
      const outer = open.at(-1);
      if (outer) outer.own += text.slice(0, cut);
      open.push({ prelude: text.slice(cut).trim(), own: "" });
      text = "";
    } else if (sign === "}") {
      const rule = open.pop();
      const body = `${rule?.own ?? ""}${text}`;
      const around = open.map(({ prelude }) => prelude);
      const selectors = [...around, rule?.prelude ?? ""].filter((prelude) => !prelude.startsWith("@"));
      if (body.trim())
        found.push({
          selector: selectors.join(" "),
          body,
          isStarting: [...around, rule?.prelude ?? ""].some((prelude) => prelude.startsWith("@starting-style")),
        });
      text = "";
    } else text += sign;
  }
  return found;
}

/** Returns the classes and ids that the rules of a selector list are about: those of each selector's last part. */
function subjectsOf(selector: string): string[] {
  return selector.split(",").flatMap(
    (one) =>
      one
        .trim()
        .split(/[\s>+~]+/)
        .at(-1)
        ?.match(/[.#][\w-]+/g) ?? [],
  );
}

/**
 * Finds what WebKit cannot show: an element that is placed by an anchor and has a transition, an animation or a starting
 * style, in whatever rule and file each of them is written.
 */
function findMovingAnchored(sheets: string[]): string[] {
  const rules = sheets.flatMap(rulesOf);
  const subjects = (test: (rule: (typeof rules)[number]) => boolean) =>
    new Set(rules.filter(test).flatMap(({ selector }) => subjectsOf(selector)));
  const anchored = subjects(({ body }) => anchoring.test(body));
  const moved = subjects(({ body, isStarting }) => isStarting || moving.test(body));
  return [...anchored].filter((subject) => moved.has(subject));
}

/** Returns the text of every file below app/ whose name ends so, by path. */
function filesOf(ending: string): Map<string, string> {
  const names = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(ending));
  return new Map(names.map((name) => [name, readFileSync(path.join("app", name), "utf8")]));
}

describe("BR-10 IS-01 what is placed by an anchor does not move", () => {
  test("in any style sheet", () => {
    const sheets = [...filesOf(".css").values()];
    expect(sheets.length).toBeGreaterThan(3);
    expect(findMovingAnchored(sheets)).toEqual([]);
  });

  test("and nothing is placed by an anchor outside the style sheets", () => {
    const placed = /position-?(area|anchor|try)|\banchor(-size)?\(/i;
    const files = [...filesOf(".tsx")].filter(([, text]) => placed.test(text));
    expect(files.map(([name]) => name)).toEqual([]);
  });

  test("and nothing leaves the choice of a place to the browser", () => {
    const files = [...filesOf(".css"), ...filesOf(".tsx"), ...filesOf(".ts")].filter(
      ([name]) => !name.endsWith(".test.ts"),
    );
    const withoutComments = (text: string) => text.replace(/\/\*.*?\*\//gs, "");
    const trying = /position-try|positionTry/;
    expect(files.filter(([, text]) => trying.test(withoutComments(text))).map(([name]) => name)).toEqual([]);
  });

  test.each([
    [
      "a transition",
      ".menu { position-area: block-end } .menu { transition: opacity 100ms, display 100ms allow-discrete }",
    ],
    [
      "a starting style in another place",
      ".menu { position-try-fallbacks: flip-block } @starting-style { .menu:popover-open { opacity: 0 } }",
    ],
    [
      "a size of the anchor",
      "@media (min-width: 1px) { .list[data-x] { min-width: max(12rem, anchor-size(width)) } } .list:popover-open { animation: appear 1s }",
    ],
    [
      "nested rules",
      ".menu { position-area: block-end; @media (prefers-reduced-motion: no-preference) { transition: opacity 1s } }",
    ],
  ])("%s is found", (_name, css) => {
    expect(findMovingAnchored([css])).toHaveLength(1);
  });

  test("what moves and is not anchored is fine", () => {
    expect(findMovingAnchored([".menu { position-area: block-end } .menu .row { transition: color 1s }"])).toEqual([]);
    expect(
      findMovingAnchored([".menu { position-area: block-end; transition: none } .sheet { transition: color 1s }"]),
    ).toEqual([]);
  });
});

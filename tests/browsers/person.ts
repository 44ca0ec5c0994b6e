import type { Key, Tab } from "./engine";
import type { Found, Opener, Query } from "./in-page";

const patienceMs = 20_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A person at a browser: finds things by role and name as assistive technology does, and uses mouse and keyboard. */
export class Person {
  readonly #tab: Tab;
  readonly #baseUrl: string;
  readonly #inPage: string;

  /** @param inPage the script of in-page.ts, bundled */
  constructor(tab: Tab, baseUrl: string, inPage: string) {
    this.#tab = tab;
    this.#baseUrl = baseUrl;
    this.#inPage = inPage;
  }

  /** Opens a path of the instance, or a whole address. */
  goto(path: string): Promise<void> {
    return this.#tab.goto(new URL(path, this.#baseUrl).href);
  }

  press(key: Key): Promise<void> {
    return this.#tab.press(key);
  }

  chord(letter: string): Promise<void> {
    return this.#tab.chord(letter);
  }

  type(text: string): Promise<void> {
    return this.#tab.type(text);
  }

  resize(width: number, height: number): Promise<void> {
    return this.#tab.resize(width, height);
  }

  evaluate(expression: string): Promise<unknown> {
    return this.#tab.evaluate(expression);
  }

  /** Waits until something with this role and name is visible. */
  see(role: string, name?: string, options: Omit<Query, "role" | "name"> = {}): Promise<Found> {
    const query = { role, name, ...options };
    return this.#until(`${role} “${name ?? ""}”`, () => this.#find(query));
  }

  /** Waits until nothing with this role and name is visible. */
  async missing(role: string, name?: string): Promise<void> {
    await this.#until(`no ${role} “${name ?? ""}”`, async () => ((await this.#find({ role, name })) ? null : true));
  }

  /** The accessible names of everything visible with this role. */
  async all(role: string, within?: Query): Promise<string[]> {
    return (await this.#ask("atelierFindAll", { role, within })) as string[];
  }

  /** What opens a menu or a dialog on this page, or in the menu that is open. */
  async openers(): Promise<Opener[]> {
    return (await this.#ask("atelierOpeners")) as Opener[];
  }

  /** Waits until the page's script runs its menus and dialogs. */
  async isInteractive(): Promise<void> {
    await this.#until("the page's script", () => this.#ask("atelierIsInteractive"));
  }

  /** Waits until something stands still and can be reached by the mouse, and clicks it. */
  async click(role: string, name?: string, options: Omit<Query, "role" | "name"> = {}): Promise<void> {
    const query = { role, name, ...options };
    let before = "";
    const found = await this.#until(`a reachable ${role} “${name ?? ""}”`, async () => {
      const now = await this.#find(query);
      const isStill = now?.box === before;
      before = now?.box ?? "";
      return now?.isReachable && isStill ? now : null;
    });
    await this.#tab.click(found.x, found.y);
  }

  /** Replaces what a text field holds, by typing. */
  async fill(label: string, value: string, within?: Query): Promise<void> {
    await this.click("textbox", label, { within });
    await this.#until(
      `focus in “${label}”`,
      async () => (await this.#find({ role: "textbox", name: label, within }))?.isFocused,
    );
    await this.#tab.evaluate("document.activeElement.select()");
    await this.#tab.type(value);
    await this.#until(`“${value}” in “${label}”`, async () => {
      return (await this.#find({ role: "textbox", name: label, within }))?.value === value;
    });
  }

  /** Waits until the page's text contains this. */
  async reads(text: string): Promise<void> {
    await this.#until(`the text “${text}”`, () =>
      this.#tab.evaluate(`document.body.innerText.replace(/\\s+/g, " ").includes(${JSON.stringify(text)})`),
    );
  }

  /** Waits until the address's path matches. */
  async isAt(path: RegExp): Promise<void> {
    await this.#until(`the address ${path}`, async () =>
      path.test(String(await this.#tab.evaluate("location.pathname"))),
    );
  }

  /** Waits until the accessible name of what has the focus contains this. */
  async focusIsOn(role: string, name: string): Promise<void> {
    await this.#until(`focus on ${role} “${name}”`, async () => (await this.#find({ role, name }))?.isFocused);
  }

  async #find(query: Query): Promise<Found | null> {
    return (await this.#ask("atelierFind", query)) as Found | null;
  }

  async #ask(
    finder: "atelierFind" | "atelierFindAll" | "atelierOpeners" | "atelierIsInteractive",
    query?: Query,
  ): Promise<unknown> {
    const call = `window.${finder}?.(${JSON.stringify(query) ?? ""})`;
    const wrapped = `(document.body && window.${finder} ? { found: ${call} } : null)`;
    let answer = (await this.#tab.evaluate(wrapped)) as { found: unknown } | null;
    if (!answer) {
      await this.#tab.evaluate(`(() => { ${this.#inPage} })()`);
      answer = (await this.#tab.evaluate(wrapped)) as { found: unknown } | null;
    }
    return answer?.found ?? null;
  }

  /** Asks again and again. A page that is being replaced answers with an error, so errors count at the end only. */
  async #until<T>(what: string, ask: () => Promise<T>): Promise<NonNullable<T>> {
    const deadline = Date.now() + patienceMs;
    let last: unknown;
    for (;;) {
      try {
        const answer = await ask();
        if (answer) return answer as NonNullable<T>;
        last = undefined;
      } catch (error) {
        last = error;
        if (/answer/.test(String(error))) throw new Error(`waiting for ${what}: ${(error as Error).message}`);
      }
      if (Date.now() > deadline) break;
      await pause(60);
    }
    const where = await this.#tab
      .evaluate("location.pathname + ': ' + document.body.innerText.slice(0, 600)")
      .catch(String);
    throw new Error(`${what} did not come${last ? ` (${last})` : ""}. The page was ${where}`);
  }
}

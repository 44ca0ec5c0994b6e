import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { freePort } from "@/embedded/platform/free-port";
import { answerWithinMs, type Engine, type Key, type Tab } from "./engine";

const miniBrowser = [
  "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/MiniBrowser",
].find((file) => existsSync(file));

const codes: Record<Key | "Control", string> = {
  ...{ ArrowDown: "\uE015", ArrowUp: "\uE013", Enter: "\uE007", Escape: "\uE00C", Tab: "\uE004", Backspace: "\uE003" },
  Control: "\uE009",
};

/**
 * Starts WebKitGTK's MiniBrowser on a screen of its own (Xvfb), driven by WebKitWebDriver. A driver holds one session, so
 * each person has a driver and a browser. Documents are not waited for by the driver (`pageLoadStrategy: none`): where a
 * navigation replaces the page's process, as `Cross-Origin-Opener-Policy` asks for, it would wait for the old one for ever.
 */
export async function startWebKit(): Promise<Engine> {
  if (!miniBrowser) throw new Error("WebKitGTK's MiniBrowser was not found: install webkit2gtk-driver.");
  const children: ChildProcess[] = [];
  const display = await startScreen(children);
  const sessions: Session[] = [];
  const open = async () => {
    const session = await openSession(display, children);
    sessions.push(session);
    return session;
  };
  // The first one is opened now, to know the version.
  let waiting: Session | undefined = await open();
  return {
    version: `WebKitGTK ${waiting.version}`,
    pageErrors: [],
    async newPerson() {
      const session = waiting ?? (await open());
      waiting = undefined;
      return tabOf(session);
    },
    async close() {
      for (const session of sessions) await session.call("DELETE", "").catch(() => {});
      // A driver and the browser that it started are one process group.
      for (const child of children) if (child.pid) process.kill(-child.pid);
    },
  };
}

type Session = {
  version: string;
  call(method: "GET" | "POST" | "DELETE", path: string, body?: unknown): Promise<unknown>;
};

/** Starts Xvfb on a display number of its own choice. */
function startScreen(children: ChildProcess[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1400x1100x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
      detached: true,
    });
    children.push(screen);
    screen.once("error", reject);
    screen.once("exit", (code) => reject(new Error(`Xvfb ended (${code})`)));
    screen.stdio[3]?.once("data", (number) => resolve(`:${String(number).trim()}`));
  });
}

async function openSession(display: string, children: ChildProcess[]): Promise<Session> {
  const port = await freePort();
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], {
    stdio: "ignore",
    detached: true,
    env: {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: "x11",
      NO_AT_BRIDGE: "1",
      // There is no graphics card under Xvfb, and bubblewrap needs rights that a container often lacks.
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    },
  });
  children.push(driver);
  const request = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/session${path}`, {
      method,
      ...(method === "POST" ? { body: JSON.stringify(body ?? {}) } : {}),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error: Error) => {
      throw new Error(error.name === "TimeoutError" ? `WebKit does not answer (${path})` : error.message);
    });
    const { value } = (await response.json()) as { value: { message?: string } | null };
    if (!response.ok) throw new Error(value?.message || `WebKitWebDriver answered ${response.status} to ${path}`);
    return value as unknown;
  };
  const { sessionId, capabilities } = (await retry(() =>
    request("POST", "", {
      capabilities: {
        alwaysMatch: {
          pageLoadStrategy: "none",
          "webkitgtk:browserOptions": { binary: miniBrowser, args: ["--automation"] },
        },
      },
    }),
  )) as { sessionId: string; capabilities: { browserVersion: string } };
  const session: Session = {
    version: capabilities.browserVersion,
    call: (method, path, body) => request(method, `/${sessionId}${path}`, body),
  };
  await session.call("POST", "/window/rect", { x: 0, y: 0, width: 1280, height: 1000 });
  return session;
}

/** Retries, since the driver takes a moment until it listens. */
async function retry<T>(attempt: () => Promise<T>, times = 50): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (times === 0 || !/fetch failed/.test(String(error))) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return retry(attempt, times - 1);
  }
}

function tabOf({ call }: Session): Tab {
  const evaluate = (expression: string) => call("POST", "/execute/sync", { script: `return ${expression}`, args: [] });
  const keys = async (...actions: { type: string; value: string }[]) => {
    await call("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  };
  const stroke = (value: string) => [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ];
  return {
    evaluate,
    async goto(url) {
      // The document that is left is marked, so that it is not taken for the one that comes.
      await evaluate("(window.atelierLeft = true)");
      await call("POST", "/url", { url });
      const isThere = `!window.atelierLeft && document.readyState !== "loading" && document.body !== null`;
      const deadline = Date.now() + answerWithinMs;
      while (Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (await evaluate(isThere).catch(() => false)) return;
      }
      throw new Error(`${url} did not load within ${answerWithinMs / 1_000} s`);
    },
    async click(x, y) {
      const actions = [
        { type: "pointerMove", duration: 0, x, y },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      await call("POST", "/actions", { actions: [{ type: "pointer", id: "mouse", actions }] });
    },
    press: (key) => keys(...stroke(codes[key])),
    chord: (letter) =>
      keys({ type: "keyDown", value: codes.Control }, ...stroke(letter), { type: "keyUp", value: codes.Control }),
    type: (text) => keys(...[...text].flatMap(stroke)),
    async resize(width, height) {
      // The window has a toolbar besides the page, and the page is what counts.
      const [own, tall] = (await evaluate("[outerWidth - innerWidth, outerHeight - innerHeight]")) as [number, number];
      await call("POST", "/window/rect", { width: width + own, height: height + tall });
    },
  };
}

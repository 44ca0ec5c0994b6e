// Starts and stops the measured processes, and reads their use of CPU and memory from the system.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../scripts/setup.mjs";

/** The folder of the other products; undefined when it is missing: figures then have no ratios. */
export const peersDir = [process.env.PEERS_DIR, path.resolve(root, "../shared/peers")].find(
  (folder) => folder && existsSync(path.join(folder, "node_modules")),
);

/** Starts a Node.js program and waits until `path` answers on its port. */
export async function start({ args, cwd = root, env = {}, port, path: probe, profileTo }) {
  const hook = profileTo ? ["--import", pathToFileURL(path.join(root, "bench/profiler.mjs")).href] : [];
  const child = spawn(process.execPath, [...hook, ...args], {
    cwd,
    stdio: ["ignore", "ignore", process.env.BENCH_LOG ? "inherit" : "ignore"],
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      PORT: String(port),
      ...(profileTo ? { PROFILE_TO: profileTo } : {}),
      ...env,
    },
  });
  const begun = performance.now();
  while (!(await answers(port, probe))) {
    if (child.exitCode !== null || performance.now() - begun > 60_000) {
      child.kill("SIGKILL");
      throw new Error(`"node ${args.join(" ")}" did not start`);
    }
    await pause(10);
  }
  const startMs = performance.now() - begun;
  return { pid: child.pid, port, startMs, profileTo, child, stop: () => stop(child) };
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 12_000);
  await ended;
  clearTimeout(timer);
}

async function answers(port, probe) {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${probe}`, { signal: AbortSignal.timeout(10_000) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Returns a free port. */
export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Returns the CPU seconds that a process and its threads have used; 0 on systems that do not report it. */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Returns the memory of a process in MiB; NaN on systems that do not report it. */
export function residentMiB(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Records a CPU profile of a server while `run` loads it, and returns a text that says where the time was spent. */
export async function profiled(server, run) {
  if (process.platform === "win32" || !server.profileTo) return "";
  rmSync(server.profileTo, { force: true });
  server.child.kill("SIGUSR2");
  await pause(200);
  await run();
  server.child.kill("SIGUSR2");
  for (let i = 0; i < 200 && !existsSync(server.profileTo); i += 1) await pause(50);
  await pause(50);
  return describeProfile(JSON.parse(readFileSync(server.profileTo, "utf8")));
}

function describeProfile({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const frames = new Map();
  let total = 0;
  samples.forEach((id, i) => {
    const { functionName, url, lineNumber } = byId.get(id).callFrame;
    if (["(idle)", "(root)", "dispatch"].includes(functionName)) return;
    const time = timeDeltas[i] ?? 0;
    total += time;
    const label = whereIs(functionName, url, lineNumber);
    frames.set(label, (frames.get(label) ?? 0) + time);
  });
  const share = (time) => `${Math.round((time / total) * 100)} %`;
  const largest = [...frames].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return largest.map(([label, time]) => `${label} ${share(time)}`).join(", ");
}

function whereIs(name, url, line) {
  if (name === "(garbage collector)") return "garbage collection";
  if (name === "(program)") return "native code outside JavaScript";
  const inside = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  const place = inside ?? (url.startsWith("node:") ? url : path.basename(url) || "a native function");
  return `${name || `a function at line ${line + 1}`} (${place})`;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

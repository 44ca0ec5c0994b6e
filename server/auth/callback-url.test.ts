import { expect, test } from "vitest";
import { cpuMs } from "@/tests/support/cpu-time";
import { safePath } from "./callback-url";

const origin = "https://atelier.example";

test.each([
  ["another site", "https://evil.example"],
  ["another site without a scheme", "//evil.example"],
  ["three slashes", "///evil.example"],
  ["backslashes for slashes", "\\\\evil.example"],
  ["a backslash for the second slash", "/\\evil.example"],
  ["a scheme without slashes", "https:evil.example"],
  ["a scheme and one slash", "https:/evil.example"],
  ["our name as a part of another", `${origin}.evil.example`],
  ["our host as a user name", `${origin}@evil.example`],
  ["our own address in full", `${origin}/w/acme`],
  ["a script", "javascript:alert(1)"],
  ["a script in capitals behind a space", " JaVaScRiPt:alert(1)"],
  ["data", "data:text/html,x"],
  ["encoded slashes without a real one", "%2f%2fevil.example"],
  ["a tab between the slashes", "/\t/evil.example"],
  ["a line end between the slashes", "/\n/evil.example"],
  ["a carriage return", "/\r/evil.example"],
  ["NUL", "\x00"],
  ["NUL behind a slash", "/\x00/evil.example"],
  ["dots that climb to another site", "/.//evil.example"],
  ["more dots", "/a/..//evil.example"],
  ["encoded dots", "/%2e//evil.example"],
  ["a dot and a backslash", "/./\\evil.example"],
  ["a header behind it", "/w/acme\r\nSet-Cookie: a=b"],
  ["10 kB", `/${"a".repeat(10_000)}`],
  ["a path without its slash", "w/acme"],
  ["an at sign", "@evil.example"],
  ["nothing", ""],
  ["a list", ["/w/acme"]],
  ["an object that pretends", { toString: () => "/w/acme" }],
  ["a number", 7],
  ["null", null],
  ["undefined", undefined],
])("AU-10 %s leads to /", (_, wanted) => {
  const begun = cpuMs();
  expect(safePath(wanted)).toBe("/");
  expect(cpuMs() - begun).toBeLessThan(100);
});

test.each([
  ["/", "/"],
  ["/w/acme/members", "/w/acme/members"],
  ["/w/acme/keys?after=abc&search=a%20b#top", "/w/acme/keys?after=abc&search=a%20b#top"],
  ["/invite/abc-_123", "/invite/abc-_123"],
  ["/a/../w/acme", "/w/acme"],
  ["/?next=https://evil.example", "/?next=https://evil.example"],
  ["/%2f%2fevil.example", "/%2f%2fevil.example"],
  ["/w/é", "/w/%C3%A9"],
])("AU-10 %j is a path here: %j", (wanted, path) => {
  expect(safePath(wanted)).toBe(path);
});

test("AU-10 whatever characters begin it, a browser that follows the answer stays on this site", () => {
  const pieces = [
    "/",
    "\\",
    ".",
    "%2f",
    "%5c",
    "\t",
    "\n",
    "@",
    ":",
    "https:",
    "evil.example",
    "?",
    "#",
    " ",
    "\u00a0",
    "／",
  ];
  const wrong: string[] = [];
  for (const a of pieces)
    for (const b of pieces)
      for (const c of pieces)
        for (const d of pieces) {
          const path = safePath(a + b + c + d);
          if (new URL(path, origin).origin !== origin || !path.startsWith("/") || safePath(path) !== path)
            wrong.push(a + b + c + d);
        }
  expect(wrong).toEqual([]);
});

test("AU-10 half an escape or a lone surrogate is taken as it is or not at all, and never an error", () => {
  for (const wanted of ["/%", "/%zz", "/%E0%A4%A", "/\ud800", "/[::1", "/:80"])
    expect(new URL(safePath(wanted), origin).origin).toBe(origin);
});

import { expect, test } from "vitest";
import { partsOf } from "./linked-text";

test.each([
  ["No link here.", []],
  ["See https://status.acme.com/today, or (http://a.example).", ["https://status.acme.com/today", "http://a.example"]],
  ["javascript:alert(1) data:text/html,x https://", []],
  ['https://a.example/"><script>alert(1)</script>', ["https://a.example/"]],
  ["https://a.example/x?y=1&z=2#part!", ["https://a.example/x?y=1&z=2#part"]],
])("%s has these links", (text, links) => {
  const parts = partsOf(text);
  expect(parts.flatMap(({ href }) => href ?? [])).toEqual(links);
  expect(parts.map((part) => part.text).join("")).toBe(text);
});

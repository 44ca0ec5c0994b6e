import { expect, test } from "vitest";
import { listInput, pagerHrefs, partsOf, placeOf, readDialog, single, withQuery } from "./page-query";

test("an address is on one page of a list: after a row where it names two", () => {
  expect(placeOf({ after: "a", before: "b" })).toEqual({ after: "a" });
  expect(placeOf({ before: "b" })).toEqual({ before: "b" });
  expect(listInput({ q: "web", after: "" })).toEqual({ search: "web" });
});

test("another page of a list keeps the search and the filters, and nothing empty", () => {
  const kept = partsOf({ q: "a&b", state: "", sort: undefined }, ["q", "state", "sort"]);
  expect(kept).toEqual({ q: "a&b" });
  expect(pagerHrefs("/keys", kept, { previous: null, next: "c" })).toEqual({ nextHref: "/keys?q=a%26b&after=c" });
  expect(pagerHrefs("/keys", {}, { previous: "c", next: null })).toEqual({ previousHref: "/keys?before=c" });
  expect(withQuery("/keys", {})).toBe("/keys");
});

test("a dialog is named with what it is about, which may contain a colon", () => {
  expect(readDialog("edit:ft:base:1")).toEqual({ dialog: "edit", about: "ft:base:1" });
  expect(readDialog("create")).toEqual({ dialog: "create", about: undefined });
  expect(readDialog("")).toEqual({ dialog: undefined, about: undefined });
});

test("a part of the query that is said twice says nothing", () => {
  expect([single("a"), single(["a", "b"]), single(undefined)]).toEqual(["a", undefined, undefined]);
});

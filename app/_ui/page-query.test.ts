import { expect, test } from "vitest";
import { listInput, matchingOf, orderOf, pagerOf, partsOf, placeOf, readDialog, single, withQuery } from "./page-query";

test("an address is on one page of a list: after a row where it names two", () => {
  expect(placeOf({ after: "a", before: "b" })).toEqual({ after: "a" });
  expect(placeOf({ before: "b" })).toEqual({ before: "b" });
  expect(listInput({ q: "web", after: "" })).toEqual({ search: "web" });
});

test("another page of a list keeps the search and the filters, and nothing empty", () => {
  const kept = partsOf({ q: "a&b", state: "", sort: undefined }, ["q", "state", "sort"]);
  expect(kept).toEqual({ q: "a&b" });
  expect(pagerOf("/keys", kept, { rows: rowsOf(50), previous: null, next: "c" }, {})).toEqual({
    nextHref: "/keys?q=a%26b&after=c&page=2",
    summary: "1–50",
  });
  expect(pagerOf("/keys", {}, { rows: rowsOf(3), previous: "c", next: null }, {})).toEqual({
    previousHref: "/keys?before=c",
  });
  expect(withQuery("/keys", {})).toBe("/keys");
});

test("a pager says which rows these are while the address knows how far one has come", () => {
  const middle = { rows: rowsOf(50), previous: "b", next: "d" };
  expect(pagerOf("/keys", {}, middle, { page: "22" }, { total: 1_200 })).toEqual({
    previousHref: "/keys?before=b&page=21",
    nextHref: "/keys?after=d&page=23",
    summary: "1,051–1,100 of 1,200",
  });
  expect(pagerOf("/keys", {}, middle, { page: "2" }).previousHref).toBe("/keys?before=b");
  // Rows went meanwhile: one came back to the beginning earlier than the address says.
  expect(pagerOf("/keys", {}, { rows: rowsOf(20), previous: null, next: "d" }, { page: "3" }).summary).toBe("1–20");
  for (const page of ["1", "0", "-2", "1e3", "9999999", "x"])
    expect(pagerOf("/keys", {}, middle, { page }).summary).toBeUndefined();
  expect(pagerOf("/keys", {}, { rows: [], previous: null, next: null }, {})).toEqual({});
});

test("what a filter leaves is counted on one page, and is said to be more on several", () => {
  const none = { previous: null, next: null };
  expect(matchingOf({ rows: rowsOf(7), ...none })).toBe("7");
  expect(matchingOf({ rows: rowsOf(50), ...none })).toBe("50");
  expect(matchingOf({ rows: rowsOf(50), previous: null, next: "c" })).toBe("50+");
  expect(matchingOf({ rows: rowsOf(3), previous: "c", next: null })).toBe("50+");
});

test("an order is one of two", () => {
  expect([orderOf({ order: "desc" }), orderOf({ order: "DESC; drop" }), orderOf({})]).toEqual([
    { order: "desc" },
    {},
    {},
  ]);
});

test("a dialog is named with what it is about, which may contain a colon", () => {
  expect(readDialog("edit:ft:base:1")).toEqual({ dialog: "edit", about: "ft:base:1" });
  expect(readDialog("create")).toEqual({ dialog: "create", about: undefined });
  expect(readDialog("")).toEqual({ dialog: undefined, about: undefined });
});

test("a part of the query that is said twice says nothing", () => {
  expect([single("a"), single(["a", "b"]), single(undefined)]).toEqual(["a", undefined, undefined]);
});

const rowsOf = (length: number) => Array.from({ length });

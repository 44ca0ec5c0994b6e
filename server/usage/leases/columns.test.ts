import { expect, test } from "vitest";
import { owner } from "@/tests/support/database";
import { columns } from "./columns";

const rows = [
  { model: "plain-1.5", keyId: null, isStreamed: false, needs: [], n: -5, classes: undefined },
  { model: 'a "b" \\ {c}, d', keyId: "NULL", isStreamed: false, needs: [60, 50], n: 0, classes: { cacheRead: 7 } },
  { model: "null", keyId: "", isStreamed: false, needs: [], n: 9_000_000_000_000, classes: undefined },
  { model: " ünï\n\t'", keyId: "k", isStreamed: false, needs: [1], n: 1, classes: { audioInput: 1, second: 2 } },
];

test("PostgreSQL reads the rows that were written, whatever their texts are", async () => {
  const written = columns(rows);
  const found = await owner`
    select * from unnest((${written}::text::jsonb ->> 'model')::text[], (${written}::text::jsonb ->> 'keyId')::text[],
      (${written}::text::jsonb ->> 'n')::bigint[], (${written}::text::jsonb ->> 'needs')::text[], (${written}::text::jsonb ->> 'classes')::jsonb[])
      as t (model, "keyId", n, needs, classes)`;
  expect(found.map((row) => ({ ...row, n: Number(row.n) }))).toEqual(
    rows.map(({ model, keyId, n, needs, classes }) => ({
      ...{ model, keyId, n },
      ...{ needs: needs.length === 0 ? null : `{${needs.join(",")}}`, classes: classes ?? null },
    })),
  );
});

test("a column in which nothing is set is left out, and no rows are nothing", () => {
  expect(Object.keys(JSON.parse(columns(rows) ?? ""))).toEqual(["model", "keyId", "needs", "n", "classes"]);
  expect(columns([])).toBeNull();
});

// The audit log: it is sealed in one chain, a forgery is detected, and it contains refused attempts.
import { readdirSync } from "node:fs";

const chain = "server/audit/chain.ts";
const expectRedIn = ["server/audit/chain.test.ts"];

const members = ["actorId", "before", "after", "ip", "userAgent", "requestId"];

/** The file that creates the tables of a new database. */
const tables = readdirSync(new URL("../../db/migrations", import.meta.url)).find((file) =>
  file.endsWith("_tables.sql"),
);

export const audit = [
  ...members.map((member) => ({
    name: `a seal does not hold ${member}`,
    file: chain,
    in: "canonicalForm",
    find: /\n {4}\.\.\.\{ ([^}]*)\}/,
    replace: `\n    ...{ $1}, ${member}: null`,
    expectRedIn,
  })),
  {
    name: "a seal does not include the previous seal",
    file: chain,
    in: "seal",
    find: ".update(previous)",
    replace: ".update(previous.subarray(0, 0))",
    expectRedIn,
    isQuick: true,
  },
  {
    name: "two instances seal at the same time",
    file: "server/audit/seals/queries.ts",
    in: "takeTurn",
    find: "return row?.mine === true;",
    replace: "return row !== undefined;",
    expectRedIn,
  },
  {
    name: "an unsealed event is skipped",
    file: "db/sql/triggers/audit_events.await_seal.sql",
    find: "CREATE OR REPLACE TRIGGER await_seal AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION await_audit_seal();",
    replace: "SELECT 1;",
    expectRedIn,
  },
  {
    name: "a missing link of the chain is not reported",
    file: "server/audit/verify.ts",
    find: "if (link.sequence !== expected)",
    replace: "if (link.sequence < expected)",
    expectRedIn,
  },
  {
    name: "an event without a seal is not reported",
    file: "server/audit/verify.ts",
    in: "lookOutside",
    find: "if (found.loose)",
    replace: "if (found.loose && found.last)",
    expectRedIn,
  },
  {
    name: "an event has the time of its transaction's start",
    file: `db/migrations/${tables}`,
    find: /(CREATE TABLE "audit_events" \([^;]*"at" timestamp with time zone DEFAULT) clock_timestamp\(\)/,
    replace: "$1 now()",
    expectRedIn,
  },
  {
    name: "the seals can be rewritten",
    file: "db/sql/triggers/audit_seals.append_only.sql",
    find: "CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals EXECUTE FUNCTION refuse_rewriting_history();",
    replace: "SELECT 1;",
    expectRedIn: ["db/walls.test.ts"],
  },
  {
    name: "the application may delete seals",
    file: "db/sql/roles/atelier_app.sql",
    find: "GRANT SELECT, INSERT, DELETE ON audit_unsealed",
    replace: "GRANT SELECT, INSERT, DELETE ON audit_seals, audit_unsealed",
    expectRedIn: ["db/walls.test.ts"],
  },
  {
    name: "a refused attempt is not recorded",
    file: "server/api/procedures.ts",
    in: "inWorkspace",
    find: 'type === "mutation" && !result.ok',
    replace: 'type === "mutation" && result.ok',
    expectRedIn: ["server/composition/every-change.test.ts"],
  },
  {
    name: "refused attempts fill the log",
    file: "server/audit/refused.ts",
    in: "recordRefused",
    find: "(await take(db, limits.refusalsPerPerson, person.id)) > 0",
    replace: "(await take(db, limits.refusalsPerPerson, person.id)) < 0",
    expectRedIn: ["server/composition/every-change.test.ts"],
  },
  {
    name: "the log can be filtered by people of other workspaces",
    file: "server/audit/read-log.ts",
    in: "refuseUnknownActor",
    find: 'throw refuse("not_found")',
    replace: "return",
    expectRedIn: ["server/audit/reading.test.ts"],
  },
  {
    name: "a download leaves no row",
    file: "server/audit/router.ts",
    in: "startExport",
    find: "await audit.record(",
    replace: "await (async (..._: unknown[]) => {})(",
    expectRedIn: ["server/composition/every-change.test.ts"],
  },
];

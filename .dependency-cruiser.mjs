import { pageRules } from "./.dependency-cruiser.pages.mjs";

/** Who may import whom. Every rule is an error: what is only a warning is not a rule. */

const runtime = { dependencyTypesNot: ["type-only"] };
const tests = "\\.test\\.tsx?$";

/**
 * The rooms of server/, each with everything it may import before it in the list: so they form no cycle, and a new room has
 * to take a place. There are no exceptions.
 */
const rooms = [
  "platform", // knows no noun: environment, log, sealed values, background loops, throttling
  "access", // the permission table and the key scopes
  "membership", // the rows of workspace, member and person that every slice reads and locks
  "api", // the kernel of procedures
  "model-servers",
  "view-as",
  "mail",
  "usage",
  "audit",
  "auth",
  "billing",
  "keys",
  "files",
  "models",
  "budgets", // limits on spend over each span
  "fine-tuning",
  "batches", // requests of a file, sent one by one
  "gateway",
  "members",
  "workspaces",
  "joining",
  "reviews", // of who has access: members and keys that are confirmed or ended
  "palette",
  "playground",
  "account",
  "instance", // what the people who run this installation see and set
  "composition", // the roof: the router, the callers, the list of jobs
  "http", // the front of the process
];

const roomRules = rooms.slice(0, -1).map((room, index) => ({
  name: `room-${room}`,
  severity: "error",
  comment: "A room imports only what stands before it in the list of rooms.",
  from: { path: `^server/${room}/`, pathNot: tests },
  to: { path: `^server/(${rooms.slice(index + 1).join("|")})/` },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...roomRules,
    {
      name: "every-room-is-listed",
      severity: "error",
      comment: "A folder of server/ has its place in the list of rooms, and no file lies loose beside them.",
      from: {},
      to: { path: "^server/", pathNot: `^server/(${rooms.join("|")})/` },
    },
    {
      name: "no-cycles",
      severity: "error",
      comment: "Nothing may need itself at run time.",
      from: {},
      to: { circular: true, viaOnly: runtime },
    },
    {
      name: "app-through-the-door",
      severity: "error",
      comment: "Pages reach the server through the in-process caller and form actions only.",
      from: { path: "^app/", pathNot: ["^app/\\(auth\\)/", "^app/api/"] },
      to: {
        path: "^server/",
        pathNot: [
          "^server/composition/(appearance|caller|download|form-action|form-state)\\.ts$",
          "^server/(api/input|audit/catalogue)\\.ts$",
          "^server/.+/input\\.ts$",
          "^server/access/",
        ],
        ...runtime,
      },
    },
    {
      name: "auth-pages-through-auth",
      severity: "error",
      comment: "Sign-in pages and API routes may also use server/auth and server/api.",
      from: { path: ["^app/\\(auth\\)/", "^app/api/"] },
      to: {
        path: "^server/",
        pathNot: [
          "^server/(api|auth|composition)/",
          "^server/platform/log\\.ts$",
          "^server/.+/input\\.ts$",
          "^server/access/",
        ],
        ...runtime,
      },
    },
    {
      name: "procedures-beside-next",
      severity: "error",
      comment:
        "The process answers procedures outside Next's bundle too, where loading a module of Next's ends it at the start.",
      from: { path: "^server/composition/router\\.ts$" },
      to: { path: "node_modules/next/", reachable: true },
    },
    {
      name: "one-way-to-postgres",
      severity: "error",
      comment: "Connections are made by db/connect.ts, which reads their strings. The embedded server makes its own.",
      from: {
        path: ["^(app|server|db|tests/(faults|machines|container))/", "^scripts/.*\\.ts$"],
        pathNot: ["^db/connect\\.ts$", tests],
      },
      to: { path: "node_modules/postgres/", ...runtime },
    },
    {
      name: "app-never-sql",
      severity: "error",
      from: { path: "^app/" },
      to: { path: ["^db/", "node_modules/(drizzle-orm|postgres)/"] },
    },
    {
      name: "sql-only-in-queries",
      severity: "error",
      comment:
        "SQL lives in queries.ts. Procedures open transactions, a page gathers its reads in one, the front and the readiness check open and close the pool.",
      from: {
        path: "^(server|emails|embedded|scripts)/",
        pathNot: [
          "/queries\\.ts$",
          "^server/auth/",
          "^server/api/((instance-)?procedures|enter-workspace)\\.ts$",
          // The order and the beginning of a page, which the queries of all lists share.
          "^server/api/keyset\\.ts$",
          "^server/composition/(caller|jobs)\\.ts$",
          "^server/http/(server|readiness)\\.ts$",
          // Migrates and does nothing else, when it is asked to.
          "^scripts/serve\\.ts$",
          "^server/gateway/door/authenticate\\.ts$",
          tests,
        ],
      },
      to: {
        path: ["^db/", "node_modules/drizzle-orm/"],
        pathNot: "^db/(client|connect|connection-string|pooler|standby)\\.ts$",
        ...runtime,
      },
    },
    {
      name: "slices-are-islands",
      severity: "error",
      comment: "A slice may read another slice's queries, never its router; queries stand alone.",
      from: { path: "^server/([^/]+)/", pathNot: ["^server/composition/router\\.ts$", tests] },
      to: { path: "^server/[^/]+/router\\.ts$", pathNot: "^server/$1/", ...runtime },
    },
    {
      name: "queries-stand-alone",
      severity: "error",
      comment:
        "Queries use no other slice's queries, at any depth; what two slices need is a query of the one it is about.",
      from: { path: "^server/([^/]+)/.*queries\\.ts$" },
      to: { path: "^server/.*queries\\.ts$", pathNot: "^server/$1/", ...runtime },
    },
    {
      name: "server-knows-no-next",
      severity: "error",
      from: {
        path: "^server/",
        pathNot: [
          "^server/http/server\\.ts$",
          "^server/composition/(caller|download|form-action)\\.ts$",
          "^server/auth/",
          "^server/mail/",
          tests,
        ],
      },
      to: { path: "node_modules/(next|react|react-dom)/", ...runtime },
    },
    {
      name: "pure-stays-pure",
      severity: "error",
      comment: "The permission table, inputs and e-mails depend on nothing that runs.",
      from: { path: ["^server/access/", "^server/.+/input\\.ts$", "^emails/"], pathNot: tests },
      to: { path: ["^db/", "^server/platform/env\\.ts$", "^server/.*queries\\.ts$"], ...runtime },
    },
    {
      name: "pure-without-node",
      severity: "error",
      from: { path: ["^server/access/", "^server/.+/input\\.ts$", "^emails/"], pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "primitives-know-no-domain",
      severity: "error",
      from: { path: "^app/_ui/" },
      to: { path: ["^server/", "^app/(?!_ui/)"], ...runtime },
    },
    ...pageRules,
    {
      name: "embedded-is-outside",
      severity: "error",
      comment: "What stands in for a service knows nothing of the application.",
      from: { path: "^embedded/" },
      to: { path: "^(app|server|db|emails)/" },
    },
    {
      name: "no-tests-in-production",
      severity: "error",
      comment: "The demonstration data of the screenshots is written with the tests' factories.",
      from: { path: "^(app|server|db|emails|embedded|scripts)/", pathNot: [tests, "^scripts/screens-rows\\.ts$"] },
      to: { path: "^tests/" },
    },
    {
      name: "no-orphans",
      severity: "error",
      from: {
        orphan: true,
        pathNot: [
          tests,
          "^app/.*(page|route|layout|error|not-found|global-error)\\.tsx?$",
          "^server/composition/form-state\\.ts$",
          "\\.d\\.m?ts$",
          "^app/.*\\.css$",
          "^tests/e2e/",
        ],
      },
      to: {},
    },
    {
      name: "nothing-undeclared",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "unknown", "undetermined"] },
    },
    { name: "everything-resolves", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^next/" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: ["\\.next/", "db/migrations/"] },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".css"],
    },
  },
};

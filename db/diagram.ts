import { is } from "drizzle-orm";
import { toSnakeCase } from "drizzle-orm/casing";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import * as account from "./schema/account";
import * as audit from "./schema/audit";
import * as batches from "./schema/batches";
import * as endUsers from "./schema/end-users";
import * as figures from "./schema/figures";
import * as files from "./schema/files";
import * as fineTuning from "./schema/fine-tuning";
import * as groupRules from "./schema/group-rules";
import * as icons from "./schema/icons";
import * as instance from "./schema/instance";
import * as joining from "./schema/joining";
import * as keys from "./schema/keys";
import * as limits from "./schema/limits";
import * as looks from "./schema/looks";
import * as mail from "./schema/mail";
import * as models from "./schema/models";
import * as outages from "./schema/outages";
import * as people from "./schema/people";
import * as presets from "./schema/presets";
import * as prices from "./schema/prices";
import * as providers from "./schema/providers";
import * as responses from "./schema/responses";
import * as retirements from "./schema/retirements";
import * as reviews from "./schema/reviews";
import * as routes from "./schema/routes";
import * as signIn from "./schema/sign-in";
import * as tags from "./schema/tags";
import * as throttling from "./schema/throttling";
import * as usage from "./schema/usage";
import * as usageSeals from "./schema/usage-seals";
import * as views from "./schema/views";
import * as webhooks from "./schema/webhooks";
import * as workspaces from "./schema/workspaces";

/** The files of db/schema that have tables, by their names. */
export const schema: Record<string, Record<string, unknown>> = {
  people,
  account,
  workspaces,
  icons,
  joining,
  keys,
  reviews,
  limits,
  looks,
  tags,
  "end-users": endUsers,
  throttling,
  usage,
  "usage-seals": usageSeals,
  webhooks,
  models,
  providers,
  outages,
  prices,
  responses,
  routes,
  retirements,
  presets,
  views,
  files,
  "fine-tuning": fineTuning,
  batches,
  audit,
  "group-rules": groupRules,
  instance,
  "sign-in": signIn,
  figures,
  mail,
};

/**
 * Returns the tables of db/schema as Markdown, with a Mermaid entity-relationship diagram for each of its files. Tables
 * of other files are drawn without columns.
 */
export function diagram(): string {
  const parts = Object.entries(schema).map(([name, module]) => {
    const tables = Object.values(module).filter((value): value is PgTable => is(value, PgTable));
    tables.sort((a, b) => getTableConfig(a).name.localeCompare(getTableConfig(b).name, "en"));
    return `## ${name}\n\n\`\`\`mermaid\nerDiagram\n${tables.map(drawn).join("")}\`\`\`\n`;
  });
  return `# The tables\n\nMade by \`npm run db:diagram\` from [db/schema](../db/schema), which says what each column means.\n\n${parts.join("\n")}`;
}

function drawn(table: PgTable): string {
  const { name, columns, foreignKeys, primaryKeys, uniqueConstraints } = getTableConfig(table);
  const primary = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
  const references = foreignKeys.map((key) => key.reference());
  const foreign = new Set(references.flatMap((reference) => reference.columns.map((column) => column.name)));
  const unique = new Set(uniqueConstraints.flatMap((key) => (key.columns.length === 1 ? [key.columns[0]?.name] : [])));
  const lines = columns.map((column) => {
    const marks = [
      ...(column.primary || primary.has(column.name) ? ["PK"] : []),
      ...(foreign.has(column.name) ? ["FK"] : []),
      ...(column.isUnique || unique.has(column.name) ? ["UK"] : []),
    ];
    return `    ${[typeOf(column.getSQLType()), toSnakeCase(column.name), marks.join(", ")].filter(Boolean).join(" ")}\n`;
  });
  const arrows = references.map((reference) => {
    const isOptional = reference.columns.some((column) => !column.notNull);
    const by = reference.columns.map((column) => toSnakeCase(column.name)).join(", ");
    return `  ${getTableConfig(reference.foreignTable).name} ${isOptional ? "|o" : "||"}--o{ ${name} : "${by}"\n`;
  });
  return `  ${name} {\n${lines.join("")}  }\n${arrows.join("")}`;
}

/** Returns a column's type as one word, as Mermaid needs it. */
const typeOf = (type: string) => shortTypes[type] ?? type.replaceAll(" ", "_");
const shortTypes: Record<string, string> = { "timestamp with time zone": "timestamptz", "double precision": "float8" };

import { type Context, Hono } from "hono";
import { z } from "zod";
import { transaction } from "@/db/client";
import { type CountedClass, columnOf, usedClasses } from "@/server/usage/classes";
import { type Granularity, granularities, groupings, usageReport } from "@/server/usage/input";
import { BadRange, granularitiesFor, resolveRange } from "@/server/usage/ranges";
import { type Figures, type Group, type Report, type ReportRow, report, reportPart } from "@/server/usage/report";
import { type GatewayEnv, needs } from "../door/authenticate";

const query = z.strictObject({
  from: usageReport.shape.from,
  to: usageReport.shape.to,
  granularity: z.enum(granularities, { error: `Use one of ${granularities.join(", ")}.` }).optional(),
  group_by: z.enum(groupings, { error: `Use one of ${groupings.join(", ")}.` }).default("none"),
});

/** The most rows of an answer. For more, a program requests a shorter range or longer steps. */
const mostRows = 10_000;

/** `GET /v1/usage`: the figures of the page about usage, for a key with the scope `usage:read`. */
export const usage = new Hono<GatewayEnv>();

usage.get("/v1/usage", needs("usage:read"), async (c) => {
  const { workspaceId } = c.get("bearer");
  const parsed = query.safeParse(c.req.query());
  if (!parsed.success)
    return invalid(
      c,
      parsed.error.issues.map(({ path, message, ...issue }) => ({
        type: issue.code === "unrecognized_keys" ? "extra_forbidden" : "value_error",
        field: issue.code === "unrecognized_keys" ? String(issue.keys[0]) : String(path[0] ?? ""),
        message: issue.code === "unrecognized_keys" ? "There is no such parameter." : message,
      })),
    );
  const { from, to, granularity, group_by: groupBy } = parsed.data;
  const asked = usageReport.parse({
    range: from || to ? "custom" : "7d",
    groupBy,
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(granularity ? { granularity } : {}),
  });
  try {
    const problem = unfit(asked, granularity);
    if (problem) return invalid(c, [{ type: "value_error", field: "granularity", message: problem }]);
    const answer = await transaction("read", { workspaceId }, async (db) => {
      const whole = await report(db, workspaceId, asked);
      const rows: ReportRow[] = [];
      let step: string | undefined;
      do {
        const part = await reportPart(db, workspaceId, { ...asked, step });
        rows.push(...part.rows);
        step = part.next?.toISOString();
      } while (step && rows.length <= mostRows);
      return { whole, rows };
    });
    if (answer.rows.length > mostRows)
      return invalid(c, [
        {
          type: "value_error",
          field: "to",
          message: "That is too much at once. Ask for a shorter range or longer steps.",
        },
      ]);
    return c.json(inWire(answer.whole, answer.rows));
  } catch (error) {
    if (error instanceof BadRange)
      return invalid(c, [{ type: "value_error", field: error.field, message: error.message }]);
    throw error;
  }
});

/** Returns why a granularity does not fit the range; a page would silently replace it. */
function unfit(asked: z.output<typeof usageReport>, granularity: Granularity | undefined): string | null {
  if (!granularity) return null;
  const fitting = granularitiesFor(resolveRange(asked, new Date()).span);
  return fitting.includes(granularity) ? null : `Does not fit this range. Use ${fitting.join(" or ")}.`;
}

/** Returns a 422 in the format of both client families; Mistral's clients read `detail`. */
function invalid(c: Context, problems: { type: string; field: string; message: string }[]) {
  const [first] = problems;
  const error = {
    message: first ? `${first.field}: ${first.message}` : "The query is invalid.",
    type: "invalid_request_error",
    param: first?.field ?? null,
    code: "invalid_query",
  };
  const detail = problems.map(({ type, field, message }) => ({ type, loc: ["query", field], msg: message }));
  return c.json({ object: "error", ...error, error, detail }, 422);
}

function inWire(whole: Report, rows: ReportRow[]) {
  const { span, granularity, groupBy, currency, totals } = whole;
  return {
    object: "usage",
    from: span.from.toISOString(),
    to: span.to.toISOString(),
    granularity,
    group_by: groupBy,
    currency,
    totals: figuresInWire(totals),
    data: rows.map(({ step, group, ...figures }) => ({
      object: "usage.step",
      start: step.toISOString(),
      ...groupInWire(groupBy, group),
      ...figuresInWire(figures),
    })),
  };
}

function groupInWire(groupBy: Report["groupBy"], { id, name }: Group) {
  switch (groupBy) {
    case "none":
      return {};
    case "model":
      return { model: id };
    case "operation":
      return { operation: id || null };
    case "route":
      return { route: id || null };
    case "tag":
      return { tag: id || null };
    case "key":
      return { key_id: id || null, key_name: id ? name : null };
    case "member":
      return { member_id: id || null, member_name: id ? name : null };
  }
}

function figuresInWire({ requests, errors, promptTokens, completionTokens, classes, cost, latency }: Figures) {
  return {
    requests,
    errors,
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    // Its tokens and units by class; classes that were not used are left out.
    classes: Object.fromEntries(usedClasses(classes).map(([name, count]) => [columnInWire(name), count])),
    // A decimal number as text, so that no client rounds it.
    cost: decimal(cost),
    latency_ms: latency,
  };
}

const columnInWire = (name: CountedClass) => columnOf[name].replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function decimal(micro: number): string {
  const digits = String(micro).padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

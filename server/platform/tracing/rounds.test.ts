import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, test } from "vitest";
import { summaryOf } from "@/db/traced-statements";
import { roundMark, WithoutIdleRounds } from "./rounds";
import { changedMark, errorType } from "./tracing";

test("of the rounds of jobs only those that did something are kept, whole and once", () => {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({
    spanProcessors: [new WithoutIdleRounds(new SimpleSpanProcessor(memory))],
  });
  const tracer = provider.getTracer("test");
  const round = (name: string, inside: { attributes?: Record<string, boolean | string>; kind?: SpanKind }[]) => {
    const root = tracer.startSpan(name, { attributes: { [roundMark]: true } }, ROOT_CONTEXT);
    const below = trace.setSpan(ROOT_CONTEXT, root);
    for (const options of inside) tracer.startSpan(`${name}: step`, options, below).end();
    root.end();
  };
  const statement = { kind: SpanKind.CLIENT, attributes: { "db.system.name": "postgresql" } };
  round("idle", [statement, statement]);
  round("changing", [
    statement,
    { ...statement, attributes: { ...statement.attributes, [changedMark]: true } },
    statement,
  ]);
  round("mailing", [statement, { kind: SpanKind.CLIENT }]);
  tracer.startSpan("request", {}, ROOT_CONTEXT).end();
  expect(memory.getFinishedSpans().map(({ name }) => name)).toEqual([
    ...["changing: step", "changing: step", "changing: step", "changing"],
    ...["mailing: step", "mailing: step", "mailing", "request"],
  ]);
});

test.each([
  ['select "id" from "memberships" where "id" = $1', "SELECT memberships"],
  ["select extract(epoch from expires_at) from sessions", "SELECT sessions"],
  ["select a is distinct from b from (select 1) x join y on true", "SELECT"],
  ["  INSERT INTO mail_outbox values ($1)", "INSERT mail_outbox"],
  ["update only api_keys set name = $1", "UPDATE api_keys"],
  ["with due as (select 1 from jobs) update jobs set x = 1", "WITH jobs"],
  ["select set_config('app.user_id', $1, true)", "SELECT set_config"],
  ["begin read only", "BEGIN"],
])("the statement %j is called %j", (text, name) => {
  expect(summaryOf([text])).toBe(name);
});

test("of an error only words are told", () => {
  expect(errorType(Object.assign(new Error("password of ada@example.com"), { code: "23505" }))).toBe("23505");
  expect(errorType(Object.assign(new TypeError("x"), { code: "a sentence with ada@example.com" }))).toBe("TypeError");
  expect(errorType("ada@example.com")).toBe("other");
});

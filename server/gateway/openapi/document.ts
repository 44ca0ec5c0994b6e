import { z } from "zod";
import { scopeText } from "@/server/access/key-scopes";
import { env } from "@/server/platform/env";
import { endUserHeader } from "../calls/end-user";
import { tagsHeader } from "../calls/tags";
import type { Endpoint } from "../endpoints/endpoint";
import { endpoints } from "../endpoints/table";
import { otherRoutes } from "./other-routes";
import { errorSchemas, schemas } from "./schemas";

type Members = Record<string, unknown>;

const inputOf = (schema: z.ZodType) => {
  const { $schema: _, ...plain } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return plain;
};

const formType = "multipart/form-data";
const errorRef = (family: Endpoint["family"]) => ({ $ref: `#/components/schemas/error_${family}` });
const json = (schema: object) => ({ "application/json": { schema } });

/** Returns the description of the whole API, in OpenAPI 3.1: made of the endpoints' table, of the other routes, and of the schemas. */
export function openApi(): Members {
  const paths = new Map<string, Members>();
  const add = (path: string, method: string, operation: Members) => {
    paths.set(path, { ...paths.get(path), [method]: operation });
  };
  for (const endpoint of endpoints) add(endpoint.path, "post", operationOf(endpoint));
  for (const { method, path, ...route } of otherRoutes) add(path, method, otherOperation(path, route));
  return {
    openapi: "3.1.0",
    info: {
      title: "Atelier",
      version: "1",
      description: "The API for programs. It speaks the HTTP APIs of OpenAI's, Mistral's and Anthropic's clients.",
    },
    servers: [{ url: env().APP_URL }],
    security: [{ bearer: [] }, { "x-api-key": [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        "x-api-key": { type: "apiKey", in: "header", name: "x-api-key" },
      },
      schemas: Object.fromEntries(
        Object.entries(errorSchemas).map(([family, schema]) => [`error_${family}`, inputOf(schema)]),
      ),
    },
  };
}

/** Headers by which usage is told apart; they are not sent on. */
const headers = [
  [tagsHeader, "Declared tags that the request counts at, with commas between them."],
  [endUserHeader, "Whom the request is made for, where the workspace has it named here."],
] as const;

function operationOf({ name, family, reads, scope, title, text, answers }: Endpoint): Members {
  const { request, answer } = schemas[name];
  const isStreamed = reads.members.has("stream");
  const whole = name === "speech" ? { "audio/*": { schema: inputOf(answer) } } : json(inputOf(answer));
  const isAlsoText = answers.mayBeBytes && name !== "speech";
  return {
    ...common(title, scope, family),
    operationId: name,
    description: text,
    parameters: headers.map(([name, description]) => ({
      ...{ name, in: "header", required: false, description, schema: { type: "string" } },
    })),
    requestBody: {
      required: true,
      content: { [reads.kind === "form" ? formType : "application/json"]: { schema: inputOf(request) } },
    },
    responses: {
      "200": {
        description: "The answer of the model server, as it gave it.",
        content: {
          ...whole,
          ...(isAlsoText && { "text/plain": { schema: { type: "string" } } }),
          ...(isStreamed && { "text/event-stream": { schema: { type: "string" } } }),
        },
      },
      default: { description: "An error.", content: json(errorRef(family)) },
    },
  };
}

type Other = Omit<(typeof otherRoutes)[number], "method" | "path">;

function otherOperation(path: string, { scope, title, query = [], body, answer = "application/json" }: Other): Members {
  const parameter = (at: "path" | "query", name: string) => ({
    ...{ name, in: at, required: at === "path", schema: { type: "string" } },
  });
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => parameter("path", name));
  return {
    ...common(title, scope, "openai"),
    parameters: [...inPath, ...query.map((name) => parameter("query", name))],
    ...(body && { requestBody: { required: true, content: { [body]: { schema: { type: "object" } } } } }),
    responses: {
      "200": {
        description: "The answer.",
        content: { [answer]: { schema: answer === "application/json" ? { type: "object" } : {} } },
      },
      default: { description: "An error.", content: json(errorRef("openai")) },
    },
  };
}

function common(title: string, scope: Other["scope"], family: Endpoint["family"]): Members {
  return {
    summary: title,
    tags: [scope === null ? "Without a key" : scopeText[scope]],
    "x-atelier-family": family,
    ...(scope === null ? { security: [] } : { "x-atelier-scope": scope }),
  };
}

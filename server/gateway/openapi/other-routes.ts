import type { KeyScope } from "@/server/access/key-scopes";

/** A route of `/v1` that no model works on. `scope`: what a key needs; null: no key is asked for. */
type OtherRoute = {
  method: "get" | "post" | "patch" | "delete";
  path: string;
  scope: KeyScope | null;
  title: string;
  /** What it takes in the query, and of what type its body is. */
  query?: readonly string[];
  body?: "application/json" | "multipart/form-data";
  /** What it answers with; JSON unless it says otherwise. */
  answer?: "application/json" | "application/octet-stream";
};

const jobs = "/v1/fine_tuning/jobs";
const pages = ["page", "page_size", "after", "limit"] as const;

/** The routes beside the endpoints, for the description of the API. A test holds them against those that are served. */
export const otherRoutes: readonly OtherRoute[] = [
  { method: "get", path: "/v1/responses/{id}", scope: "responses", title: "Returns a kept response" },
  { method: "delete", path: "/v1/responses/{id}", scope: "responses", title: "Deletes a kept response" },
  {
    ...{ method: "get", path: "/v1/responses/{id}/input_items", scope: "responses" },
    ...{ title: "Lists what the model was given for a kept response", query: ["limit", "order", "after"] },
  },
  {
    method: "post",
    path: "/v1/responses/{id}/cancel",
    scope: "responses",
    title: "Refuses: none is in the background",
  },
  { method: "get", path: "/v1/models", scope: "models:read", title: "Lists the models" },
  { method: "get", path: "/v1/models/{id}", scope: "models:read", title: "Describes a model" },
  { method: "delete", path: "/v1/models/{id}", scope: "fine-tuning", title: "Deletes a model of the workspace" },
  {
    ...{ method: "patch", path: "/v1/fine_tuning/models/{id}", scope: "fine-tuning" },
    ...{ title: "Renames or describes a model of the workspace", body: "application/json" },
  },
  { method: "post", path: "/v1/fine_tuning/models/{id}/archive", scope: "fine-tuning", title: "Archives a model" },
  { method: "delete", path: "/v1/fine_tuning/models/{id}/archive", scope: "fine-tuning", title: "Restores a model" },
  { method: "post", path: "/v1/files", scope: "files", title: "Uploads a file", body: "multipart/form-data" },
  {
    ...{ method: "get", path: "/v1/files", scope: "files", title: "Lists the files" },
    query: [...pages, "order", "search", "purpose", "sample_type", "source", "mimetypes", "include_total"],
  },
  { method: "get", path: "/v1/files/{id}", scope: "files", title: "Describes a file" },
  { method: "delete", path: "/v1/files/{id}", scope: "files", title: "Deletes a file" },
  {
    ...{ method: "get", path: "/v1/files/{id}/content", scope: "files", title: "Downloads a file" },
    answer: "application/octet-stream",
  },
  {
    method: "get",
    path: "/v1/files/{id}/url",
    scope: "files",
    title: "Makes a link that downloads a file",
    query: ["expiry"],
  },
  {
    ...{ method: "get", path: "/v1/files/{id}/signed", scope: null, title: "Downloads a file by such a link" },
    ...{ query: ["grant"], answer: "application/octet-stream" },
  },
  {
    ...{ method: "post", path: jobs, scope: "fine-tuning", title: "Creates a fine-tuning job" },
    ...{ query: ["dry_run"], body: "application/json" },
  },
  {
    ...{ method: "get", path: jobs, scope: "fine-tuning", title: "Lists the fine-tuning jobs" },
    query: [...pages, "model", "status", "suffix", "created_after", "created_before", "created_by_me"],
  },
  { method: "get", path: `${jobs}/{id}`, scope: "fine-tuning", title: "Describes a job" },
  { method: "post", path: `${jobs}/{id}/start`, scope: "fine-tuning", title: "Starts a job" },
  { method: "post", path: `${jobs}/{id}/cancel`, scope: "fine-tuning", title: "Cancels a job" },
  ...(["/v1/batches", "/v1/batch/jobs"] as const).flatMap((path): OtherRoute[] => [
    { ...{ method: "post", path, scope: "batches", title: "Creates a batch" }, body: "application/json" },
    {
      ...{ method: "get", path, scope: "batches", title: "Lists the batches" },
      query:
        path === "/v1/batches"
          ? ["after", "limit"]
          : ["page", "page_size", "model", "status", "created_after", "created_by_me", "order_by"],
    },
    { method: "get", path: `${path}/{id}`, scope: "batches", title: "Describes a batch" },
    { method: "post", path: `${path}/{id}/cancel`, scope: "batches", title: "Cancels a batch" },
  ]),
  {
    ...{ method: "get", path: "/v1/usage", scope: "usage:read", title: "Reports usage" },
    query: ["from", "to", "granularity", "group_by"],
  },
  { method: "get", path: "/v1/openapi.json", scope: null, title: "This description" },
];

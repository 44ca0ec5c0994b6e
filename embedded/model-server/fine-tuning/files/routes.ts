import { pipeline } from "node:stream/promises";
import { ApiError } from "../../http/api-error";
import { type Route, sendJson } from "../../http/route";
import { paged } from "../paging";
import type { StoredFile } from "./store";
import { receiveFile } from "./upload";

/** `/v1/files`. */
export const fileRoutes: Route[] = [
  {
    path: /^\/v1\/files$/,
    methods: {
      async POST({ request, response, settings }) {
        sendJson(response, 200, show(await receiveFile(request, settings.fineTuning().files)));
      },
      GET({ response, settings, query }) {
        const { purpose, search } = query;
        const types = query.sample_type?.split(",");
        const files = settings
          .fineTuning()
          .files.list()
          .filter(({ filename }) => !search || filename.toLowerCase().includes(search.toLowerCase()))
          .filter(({ sampleType }) => !types || types.includes(sampleType))
          .filter(() => !purpose || purpose === "fine-tune");
        sendJson(response, 200, { object: "list", data: paged(files, query).map(show), total: files.length });
      },
    },
  },
  {
    path: /^\/v1\/files\/([^/]+)$/,
    methods: {
      GET({ response, settings, id }) {
        sendJson(response, 200, { ...show(found(settings.fineTuning().files.get(id), id)), deleted: false });
      },
      async DELETE({ response, settings, id }) {
        if (!(await settings.fineTuning().files.remove(id))) throw notFound(id);
        sendJson(response, 200, { id, object: "file", deleted: true });
      },
    },
  },
  {
    path: /^\/v1\/files\/([^/]+)\/content$/,
    methods: {
      async GET({ response, settings, id, signal }) {
        const { files } = settings.fineTuning();
        const { bytes } = found(files.get(id), id);
        response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes });
        await pipeline(files.read(id), response, { signal });
      },
    },
  },
];

function show(file: StoredFile): Record<string, unknown> {
  return {
    id: file.id,
    object: "file",
    bytes: file.bytes,
    created_at: file.createdAt,
    filename: file.filename,
    purpose: "fine-tune",
    sample_type: file.sampleType,
    num_lines: file.lines,
    mimetype: file.mimetype,
    source: "upload",
    signature: null,
    expires_at: null,
    visibility: file.visibility,
    status: "processed",
  };
}

function found(file: StoredFile | undefined, id: string): StoredFile {
  if (!file) throw notFound(id);
  return file;
}

function notFound(id: string): ApiError {
  return new ApiError(404, "invalid_request_error", `File not found: ${id}`);
}

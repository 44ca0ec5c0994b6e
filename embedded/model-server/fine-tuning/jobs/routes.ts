import { ApiError } from "../../http/api-error";
import { type Route, readJson, sendJson } from "../../http/route";
import { paged } from "../paging";
import { estimate } from "./estimate";
import { type Job, showJob, showJobInFull } from "./job";
import { parseJobRequest } from "./request";

/** `/v1/fine_tuning/jobs`. */
export const jobRoutes: Route[] = [
  {
    path: /^\/v1\/fine_tuning\/jobs$/,
    methods: {
      async POST({ request, response, settings, query }) {
        const body = await readJson(request);
        const { files, jobs } = settings.fineTuning();
        const order = parseJobRequest(body, files);
        if (query.dry_run === "true" || query.dry_run === "1") {
          const tokenizer = (await settings.catalogue.chatModel(order.model))?.tokenizer;
          if (tokenizer) return sendJson(response, 200, await estimate(order, files, tokenizer));
        }
        sendJson(response, 200, showJob(await jobs.create(order)));
      },
      GET({ response, settings, query }) {
        const all = settings
          .fineTuning()
          .jobs.list()
          .filter((job) => isAskedFor(job, query));
        sendJson(response, 200, { object: "list", data: paged(all, query).map(showJob), total: all.length });
      },
    },
  },
  {
    path: /^\/v1\/fine_tuning\/jobs\/([^/]+)$/,
    methods: {
      GET({ response, settings, id }) {
        sendJson(response, 200, showJobInFull(found(settings.fineTuning().jobs.get(id), id)));
      },
    },
  },
  {
    path: /^\/v1\/fine_tuning\/jobs\/([^/]+)\/start$/,
    methods: {
      async POST({ response, settings, id }) {
        const { jobs } = settings.fineTuning();
        const job = found(jobs.get(id), id);
        await jobs.start(job);
        sendJson(response, 200, showJobInFull(job));
      },
    },
  },
  {
    path: /^\/v1\/fine_tuning\/jobs\/([^/]+)\/cancel$/,
    methods: {
      async POST({ response, settings, id }) {
        const { jobs } = settings.fineTuning();
        const job = found(jobs.get(id), id);
        await jobs.cancel(job);
        sendJson(response, 200, showJobInFull(job));
      },
    },
  },
];

function isAskedFor(job: Job, query: Record<string, string | undefined>): boolean {
  if (query.model && query.model !== job.model) return false;
  if (query.status && query.status !== job.status) return false;
  if (query.suffix && query.suffix !== job.suffix) return false;
  // No job here reports to Weights & Biases.
  if (query.wandb_project || query.wandb_name) return false;
  const time = (text: string | undefined) => (text ? Date.parse(text) / 1_000 : Number.NaN);
  return !(job.createdAt < time(query.created_after)) && !(job.createdAt >= time(query.created_before));
}

function found(job: Job | undefined, id: string): Job {
  if (!job) throw new ApiError(404, "invalid_request_error", `Job not found: ${id}`);
  return job;
}

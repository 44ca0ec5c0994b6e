import { randomUUID } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { closeNow, listen } from "./listening";

type Checkpoint = { step_number: number; created_at: number; metrics: { train_loss: number } };

/** A job of the fake. Each request for it while it runs trains `stride` more steps. */
export type FakeJob = {
  id: string;
  object: "job";
  job_type: "completion";
  model: string;
  status: string;
  suffix: string;
  auto_start: boolean;
  training_files: string[];
  hyperparameters: { training_steps?: number };
  fine_tuned_model: string | null;
  trained_tokens: number | null;
  step: number;
  steps: number;
  failure: string | null;
  metadata: { train_tokens: number | null; expected_duration_seconds: number | null } | null;
  events: { name: string; data: Record<string, unknown>; created_at: number }[];
  checkpoints: Checkpoint[];
  created_at: number;
};

/** A failure in place of an answer: the request was not executed, or it was executed and the answer is lost. */
type Fault = { method: string; path: RegExp; kind: "unheard" | "unanswered" | number; times: number; body?: unknown };

/** A model server with the APIs of files and fine-tuning. It keeps its data while it is down, and counts what it did. */
export type TrainingServer = {
  url: string;
  models: unknown[];
  jobs: Map<string, FakeJob>;
  files: Map<string, { filename: string; bytes: number; content: string }>;
  deleted: string[];
  /** How often each action was executed: "POST /files", "POST start", … */
  counts: Record<string, number>;
  faults: Fault[];
  stride: number;
  hasFineTuning: boolean;
  /** The next state of a job when it is requested. */
  validatesTo: { status: string; failure?: string };
  tokens: number | null;
  stop(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function startTrainingServer(): Promise<TrainingServer> {
  let server = listenTo();
  const port = Number(new URL(await listen(server)).port);
  const stop = () => closeNow(server);
  const fake: TrainingServer = {
    url: `http://127.0.0.1:${port}/v1`,
    models: [
      { id: "small", max_context_length: 4_096, capabilities: { completion_chat: true, fine_tuning: true } },
      { id: "fixed", capabilities: { completion_chat: true, fine_tuning: false } },
    ],
    jobs: new Map(),
    files: new Map(),
    deleted: [],
    counts: {},
    faults: [],
    stride: 10,
    hasFineTuning: true,
    validatesTo: { status: "VALIDATED" },
    tokens: 1_000_000,
    stop,
    async restart() {
      server = listenTo();
      await listen(server, port);
    },
    close: stop,
  };

  function listenTo() {
    return http.createServer((request, response) => {
      void answer(request, response).catch(() => response.destroy());
    });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const { pathname, searchParams } = new URL(request.url ?? "/", fake.url);
    const path = pathname.replace(/^\/v1/, "");
    const fault = fake.faults.find((each) => each.times > 0 && each.method === request.method && each.path.test(path));
    if (fault) fault.times -= 1;
    if (fault?.kind === "unheard") return void response.destroy();
    if (typeof fault?.kind === "number") return send(response, fault.kind, fault.body ?? { message: "It cannot." });
    const [status, said] = act(request, path, searchParams, body);
    if (fault?.kind === "unanswered") return void response.destroy();
    send(response, status, said);
  }

  function act(request: IncomingMessage, path: string, query: URLSearchParams, body: Buffer): [number, unknown] {
    const count = (what: string) => {
      fake.counts[what] = (fake.counts[what] ?? 0) + 1;
    };
    const { method } = request;
    if (path === "/models") return [200, { object: "list", data: fake.models }];
    if (!fake.hasFineTuning) return [404, { message: "Not found" }];
    if (path === "/files" && method === "POST") {
      count("POST files");
      const boundary = /boundary=(.*)$/.exec(request.headers["content-type"] ?? "")?.[1] ?? "";
      const part =
        body
          .toString("utf8")
          .split(`--${boundary}`)
          .find((each) => each.includes("filename=")) ?? "";
      const content = part.slice(part.indexOf("\r\n\r\n") + 4, -2);
      const id = randomUUID();
      const file = { filename: /filename="([^"]*)"/.exec(part)?.[1] ?? "", bytes: Buffer.byteLength(content), content };
      fake.files.set(id, file);
      return [200, { id, object: "file", ...file }];
    }
    if (path === "/files") {
      const search = query.get("search") ?? "";
      const data = [...fake.files].map(([id, file]) => ({ id, ...file }));
      return [200, { object: "list", data: data.filter(({ filename }) => filename.includes(search)) }];
    }
    const fileId = /^\/files\/([^/]+)$/.exec(path)?.[1];
    if (fileId && method === "DELETE") {
      fake.deleted.push(fileId);
      return fake.files.delete(fileId) ? [200, { id: fileId, deleted: true }] : [404, { message: "No such file" }];
    }
    if (path === "/fine_tuning/jobs" && method === "POST") {
      const asked = JSON.parse(body.toString());
      const files = asked.training_files.map((file: { file_id: string }) => file.file_id);
      if (!files.every((id: string) => fake.files.has(id))) return [422, { message: "No such training file" }];
      const steps = asked.hyperparameters.training_steps ?? 10;
      if (query.get("dry_run") === "true")
        return [
          200,
          {
            details: "",
            deprecated: true,
            train_tokens: fake.tokens,
            training_steps: steps,
            expected_duration_seconds: 7,
          },
        ];
      count("POST jobs");
      const job: FakeJob = {
        ...{ id: randomUUID(), object: "job", job_type: "completion", status: "QUEUED", created_at: now() },
        ...{ model: asked.model, suffix: asked.suffix, auto_start: asked.auto_start, training_files: files },
        ...{
          hyperparameters: asked.hyperparameters,
          fine_tuned_model: null,
          trained_tokens: fake.tokens === null ? null : 0,
          step: 0,
          steps,
        },
        ...{ failure: null, metadata: null, checkpoints: [] },
        events: [{ name: "status-updated", data: { status: "QUEUED" }, created_at: now() }],
      };
      fake.jobs.set(job.id, job);
      return [200, job];
    }
    if (path === "/fine_tuning/jobs") {
      const suffix = query.get("suffix");
      const data = [...fake.jobs.values()].reverse().filter((job) => !suffix || job.suffix === suffix);
      return [200, { object: "list", data, total: data.length }];
    }
    const [, id = "", verb] = /^\/fine_tuning\/jobs\/([^/]+)(?:\/(start|cancel))?$/.exec(path) ?? [];
    const job = fake.jobs.get(id);
    if (!job) return [404, { message: "No such job" }];
    if (verb === "start") {
      if (job.status !== "VALIDATED") return [400, { message: `It is ${job.status}` }];
      count("POST start");
      job.status = "RUNNING";
    } else if (verb === "cancel") {
      if (/^(SUCCESS|FAILED|CANCELLED)/.test(job.status)) return [400, { message: `It is ${job.status}` }];
      count("POST cancel");
      job.status = "CANCELLED";
    } else advance(job);
    return [200, job];
  }

  function advance(job: FakeJob): void {
    if (job.status === "QUEUED" || job.status === "VALIDATING") {
      Object.assign(job, fake.validatesTo);
      job.metadata = { train_tokens: fake.tokens, expected_duration_seconds: 5 };
      job.events.push({ name: "files-read", data: { lines: 3 }, created_at: now() });
    } else if (job.status === "RUNNING") {
      job.step = Math.min(job.steps, job.step + fake.stride);
      job.trained_tokens = fake.tokens === null ? null : Math.round((fake.tokens * job.step) / job.steps);
      job.checkpoints.push({ step_number: job.step, created_at: now(), metrics: { train_loss: 4 / (1 + job.step) } });
      if (job.step < job.steps) return;
      job.status = "SUCCESS";
      job.fine_tuned_model = `ft:${job.model}:${job.id}`;
    }
  }

  return fake;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const now = () => Math.floor(Date.now() / 1_000);

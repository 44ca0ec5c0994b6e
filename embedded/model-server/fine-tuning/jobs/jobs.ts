import { ApiError } from "../../http/api-error";
import type { FileStore } from "../files/store";
import type { TunedModels } from "../models/tuned-models";
import { describeTrouble } from "../refusal";
import type { Report } from "../training/work";
import { newJob, note, noteProgress, seconds } from "./changes";
import { hasEnded, type Job, type JobStatus, modelIdOf } from "./job";
import { type JobSettings, type Lane, nextOf, prepareWork } from "./lanes";
import type { JobOrder } from "./request";
import { type Running, runWorker } from "./run-worker";
import type { JobStore } from "./store";

/** The least time between two writes of a job's progress to the disk. Events are written at once. */
const writeEveryMs = 1_000;
/** The assumed speed before the first training: tokens per second, and seconds for measuring at each step. */
const usualSpeed = 200_000;
const secondsPerStep = 0.06;

/** All fine-tuning jobs: waiting, running and ended. */
export class Jobs {
  readonly #store: JobStore;
  readonly #files: FileStore;
  readonly #models: TunedModels;
  readonly #settings: JobSettings;
  readonly #jobs = new Map<string, Job>();
  readonly #working = new Map<Lane, { job: Job; running: Running | undefined }>();
  #isClosed = false;

  private constructor(store: JobStore, files: FileStore, models: TunedModels, settings: JobSettings) {
    this.#store = store;
    this.#files = files;
    this.#models = models;
    this.#settings = settings;
  }

  /** Reads all jobs and continues those that had not ended. */
  static async open(store: JobStore, files: FileStore, models: TunedModels, settings: JobSettings): Promise<Jobs> {
    const jobs = new Jobs(store, files, models, settings);
    for (const job of await store.readAll()) jobs.#jobs.set(job.id, job);
    for (const job of jobs.#jobs.values()) {
      if (job.status === "CANCELLATION_REQUESTED") await jobs.#end(job, "CANCELLED");
      else if (job.status === "VALIDATED" && job.autoStart) await jobs.start(job);
    }
    jobs.#pump("validate");
    jobs.#pump("train");
    return jobs;
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /** Returns all jobs, newest first. */
  list(): Job[] {
    return [...this.#jobs.values()].reverse().sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Makes a job; its files are validated after those of earlier jobs. Refuses with 507 when the disk is full. */
  async create(order: JobOrder): Promise<Job> {
    const job = newJob(order);
    const id = modelIdOf(job);
    if ([...this.#jobs.values()].some((other) => modelIdOf(other) === id)) return this.create(order);
    try {
      await this.#store.write(job);
    } catch (error) {
      throw new ApiError(507, "server_error", describeTrouble(error));
    }
    this.#jobs.set(job.id, job);
    this.#pump("validate");
    return job;
  }

  /**
   * Puts a validated job into the queue; does nothing for one that is waiting or being trained. Refuses other jobs with
   * 409.
   */
  async start(job: Job): Promise<void> {
    if (job.status === "STARTED" || job.status === "RUNNING") return;
    if (job.status !== "VALIDATED") {
      const why = hasEnded(job) ? `has ended (${job.status})` : `is not validated yet (${job.status})`;
      throw new ApiError(409, "invalid_request_error", `Job ${job.id} ${why} and cannot be started`);
    }
    job.startedAt = Date.now();
    await this.#change(job, "STARTED");
    this.#pump("train");
  }

  /**
   * Cancels a job that has not ended; does nothing for one that is cancelled or being cancelled. Refuses other jobs
   * with 409.
   */
  async cancel(job: Job): Promise<void> {
    if (job.status === "CANCELLED" || job.status === "CANCELLATION_REQUESTED") return;
    if (hasEnded(job))
      throw new ApiError(
        409,
        "invalid_request_error",
        `Job ${job.id} has ended (${job.status}) and cannot be cancelled`,
      );
    if (job.status !== "RUNNING") {
      const work = this.#working.get("validate");
      if (work?.job === job) void work.running?.stop();
      await this.#end(job, "CANCELLED");
      return;
    }
    await this.#change(job, "CANCELLATION_REQUESTED");
    const work = this.#working.get("train");
    if (work?.job === job) void work.running?.stop();
  }

  /** Stops all work, which the next process continues. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#working.values()].map(({ running }) => running?.stop()));
    await this.#store.settle();
  }

  /** Starts the next job of a lane, if there is one and the lane is free. */
  #pump(lane: Lane): void {
    if (this.#isClosed || this.#working.has(lane)) return;
    const job = nextOf(this.#jobs.values(), lane);
    if (!job) return;
    this.#working.set(lane, { job, running: undefined });
    void this.#work(job, lane).finally(() => {
      this.#working.delete(lane);
      this.#pump(lane);
    });
  }

  async #work(job: Job, lane: Lane): Promise<void> {
    try {
      const work = await prepareWork(job, lane, this.#store, this.#files, this.#models, this.#settings);
      await this.#change(job, lane === "validate" ? "VALIDATING" : "RUNNING", ["QUEUED", "STARTED"]);
      // Cancelled or closed in the meantime.
      if (hasEnded(job) || this.#isClosed) return;
      const heard: Promise<void>[] = [];
      const running = runWorker(this.#settings.worker, work, (report) => {
        const hearing = this.#hear(job, report);
        hearing.catch(() => undefined);
        heard.push(hearing);
      });
      this.#working.set(lane, { job, running });
      if ((job.status as JobStatus) === "CANCELLATION_REQUESTED") void running.stop();
      await running.done;
      await Promise.all(heard);
      if ((job.status as JobStatus) === "CANCELLATION_REQUESTED") await this.#end(job, "CANCELLED");
    } catch (error) {
      if (this.#isClosed || hasEnded(job)) return;
      const onlyLogged = (trouble: unknown) => process.stderr.write(`Job ${job.id}: ${describeTrouble(trouble)}\n`);
      await this.#fail(job, describeTrouble(error)).catch(onlyLogged);
    }
  }

  async #hear(job: Job, report: Report): Promise<void> {
    if (hasEnded(job)) return;
    switch (report.type) {
      case "validated": {
        job.trainTokens = report.trainTokens;
        job.dataTokens = report.dataTokens;
        job.expectedSeconds = Math.ceil(report.trainTokens / this.#speed() + job.options.steps * secondsPerStep);
        if (report.skippedLines > 0) note(job, "lines-skipped", { lines: report.skippedLines });
        await this.#change(job, "VALIDATED");
        if (job.autoStart) await this.start(job);
        return;
      }
      case "resumed":
        note(job, "training-resumed", { step_number: report.step });
        return this.#store.write(job);
      case "progress":
      case "step":
        return this.#progress(job, report);
      case "trained":
        return this.#offer(job);
      case "refused":
        return this.#fail(job, report.sentence);
    }
  }

  #lastWrite = 0;

  async #progress(job: Job, report: Extract<Report, { type: "progress" | "step" }>): Promise<void> {
    noteProgress(job, report);
    if (Date.now() - this.#lastWrite < writeEveryMs && !(report.type === "step" && report.isKept)) return;
    this.#lastWrite = Date.now();
    await this.#store.write(job);
  }

  async #offer(job: Job): Promise<void> {
    // The cancellation came too late to stop the training: the model exists but is not offered.
    if (job.status === "CANCELLATION_REQUESTED") return;
    const id = modelIdOf(job);
    await this.#models.keep({
      id,
      job: job.id,
      root: job.model,
      created: seconds(),
      name: id,
      description: null,
      archived: false,
    });
    job.fineTunedModel = id;
    await this.#end(job, "SUCCESS");
  }

  async #fail(job: Job, failure: string): Promise<void> {
    job.failure = failure;
    const isValidating = job.status === "QUEUED" || job.status === "VALIDATING";
    await this.#end(job, isValidating ? "FAILED_VALIDATION" : "FAILED");
  }

  async #end(job: Job, status: JobStatus): Promise<void> {
    // The record is written first: a crash in between then leaves an unneeded file, but never a job that does not end.
    await this.#change(job, status);
    await this.#store.removeCheckpoints(job.id);
    if (status !== "SUCCESS") await this.#models.discard(job.id);
  }

  /**
   * Sets a status, unless the job already has it or, with `only`, has none of these. A full disk does not prevent a job
   * from ending.
   */
  async #change(job: Job, status: JobStatus, only?: JobStatus[]): Promise<void> {
    if (job.status === status || (only && !only.includes(job.status))) return;
    job.status = status;
    note(job, "status-updated", { status });
    try {
      await this.#store.write(job);
    } catch (error) {
      process.stderr.write(`Job ${job.id} could not be written: ${describeTrouble(error)}\n`);
      if (!hasEnded(job)) throw error;
    }
  }

  /** Returns the speed of the last large training, in tokens per second. */
  #speed(): number {
    const last = this.list().find(({ status, trainTokens }) => status === "SUCCESS" && (trainTokens ?? 0) > usualSpeed);
    return last?.tokensPerSecond || usualSpeed;
  }
}

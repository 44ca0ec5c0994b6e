import type { ServerResponse } from "node:http";

/** The header that names the model server that answered, and how those failed that were asked before it. */
const header = "x-atelier-model-server";
/** The headers that name the route that was asked for, and the model of it that answered. */
const routeHeader = "x-atelier-route";
const modelHeader = "x-atelier-model";
const longestFailover = 1_000;

/** `model`: the one that was asked for there, where there are several. */
type Attempt = { name: string; upstream: string; model?: string | undefined; why?: string };

/** The model servers that were asked for one request, in their order: for the answer's header and the ledger. */
export class AskedServers {
  #asked: Attempt[] = [];
  #told: Attempt | undefined;

  /** The model of the route that is asked for now. */
  model: string | undefined;

  /** @param route the one that was asked for; null: none was */
  constructor(
    private readonly outgoing: ServerResponse,
    private readonly route: string | null = null,
  ) {}

  /** How many were asked and failed, or are being asked. */
  get count(): number {
    return this.#asked.length;
  }

  /** Whether the one that was asked last has not failed: what it does or has done of an answer may not be known. */
  get isUnderWay(): boolean {
    return this.#told !== undefined && this.#told.why === undefined;
  }

  /** Which of them the client is told of. */
  get told(): number {
    return this.#told ? this.#asked.indexOf(this.#told) : -1;
  }

  /** The next one is asked, for the model of this name. */
  ask(name: string, upstream: string): void {
    this.#told = { name, upstream, model: this.route === null ? undefined : this.model };
    this.#asked.push(this.#told);
    this.#show();
  }

  /** The one that was asked last has failed, `why` in a word: "no_connection", "timeout", "503". */
  fail(why: string): void {
    if (this.#told) this.#told.why = why;
  }

  /** The one that was asked last is not counted: it is asked again later, for something else. */
  withdraw(): void {
    this.#asked.pop();
    this.#told = this.#asked.at(-1);
  }

  /** The client is told what this one answered, though others were asked after it. */
  tell(index: number): void {
    this.#told = this.#asked[index];
    this.#show();
  }

  /** What stands in the ledger: nulls when no server was asked, `failover` also when the first one answered. */
  get ledger(): { modelServer: string | null; upstreamModel?: string; failover: string | null } {
    const { name = null, upstream } = this.#told ?? {};
    const failover = this.#failover?.slice(0, longestFailover) ?? null;
    return { modelServer: name, ...(upstream !== undefined && { upstreamModel: upstream }), failover };
  }

  get #failover(): string | null {
    const others = this.#asked.filter((each) => each !== this.#told);
    return others.length === 0 ? null : others.map((each) => `${placeOf(each)}: ${each.why}`).join(", ");
  }

  #show(): void {
    if (this.outgoing.headersSent || !this.#told) return;
    const failover = this.#failover;
    const value = inHeader(this.#told.name) + (failover === null ? "" : `; failover="${inHeader(failover)}"`);
    this.outgoing.setHeader(header, value);
    if (this.route === null) return;
    this.outgoing.setHeader(routeHeader, this.route);
    if (this.#told.model !== undefined) this.outgoing.setHeader(modelHeader, inHeader(this.#told.model));
  }
}

const placeOf = ({ name, model }: Attempt) => (model === undefined ? name : `${model} at ${name}`);

const inHeader = (text: string) => text.replace(/[^\w .,:/@()+-]/gu, encodeURIComponent);

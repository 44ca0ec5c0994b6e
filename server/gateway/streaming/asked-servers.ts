import type { ServerResponse } from "node:http";

/** The header with the model server that answered, and the servers that failed before it. */
const header = "x-atelier-model-server";
/** The headers with the route in the request, and the model of it that answered. */
const routeHeader = "x-atelier-route";
const modelHeader = "x-atelier-model";
const longestFailover = 1_000;

/** `model`: the model that was requested there, when there are several. */
type Attempt = { name: string; upstream: string; model?: string | undefined; why?: string };

/** The model servers that were asked for one request, in order, for the answer's header and the ledger. */
export class AskedServers {
  #asked: Attempt[] = [];
  #told: Attempt | undefined;

  /** The model of the route that is requested now. */
  model: string | undefined;

  /** @param route the route in the request; null: it names a model */
  constructor(
    private readonly outgoing: ServerResponse,
    private readonly route: string | null = null,
  ) {}

  /** How many servers have failed or are being asked. */
  get count(): number {
    return this.#asked.length;
  }

  /** Whether the last server has not failed. How much of an answer it has produced may be unknown. */
  get isUnderWay(): boolean {
    return this.#told !== undefined && this.#told.why === undefined;
  }

  /** The position of the server that the client is told of. */
  get told(): number {
    return this.#told ? this.#asked.indexOf(this.#told) : -1;
  }

  /** Notes that the next server is asked, for the model with this name. */
  ask(name: string, upstream: string): void {
    this.#told = { name, upstream, model: this.route === null ? undefined : this.model };
    this.#asked.push(this.#told);
    this.#show();
  }

  /** Notes that the last server has failed; `why` is one word: "no_connection", "timeout", "503". */
  fail(why: string): void {
    if (this.#told) this.#told.why = why;
  }

  /** Removes the last server: it is asked again later with another question. */
  withdraw(): void {
    this.#asked.pop();
    this.#told = this.#asked.at(-1);
  }

  /** Sets the server whose answer the client gets, although others were asked after it. */
  tell(index: number): void {
    this.#told = this.#asked[index];
    this.#show();
  }

  /** The columns of the ledger: null when no server was asked; `failover` is also null when the first one answered. */
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

import { isDeepStrictEqual } from "node:util";
import type { Budget, Limits, Scope } from "./budget";
import { limitsOf, type StoredLimits } from "./queries";

const maxRemembered = 20_000;

/** Remembers which limits apply to a key or a member, while this instance is certain to hear of changes. */
export class LimitsMemory {
  readonly #remembered = new Map<string, Map<string, Limits>>();
  readonly #asking = new Map<string, Promise<Limits | undefined>>();
  /**
   * When the next temporary raise in each workspace ends, by `performance.now()`. The end of a raise is not
   * announced.
   */
  readonly #raisesEnd = new Map<string, number>();
  #count = 0;

  /**
   * `isHearing`: whether this instance is certain to hear of every change. `noteTime` receives the database's time
   * from each answer. `onRaiseEnded` is called with a workspace whose limits were forgotten because a raise has
   * ended, so that a limit is lower now.
   */
  constructor(
    private readonly isHearing: () => boolean,
    private readonly noteTime: (databaseMs: number, askedAt: number) => void,
    private readonly onRaiseEnded: (workspaceId: string) => void,
  ) {}

  /** Returns the remembered limits, or undefined when the database has to be asked. */
  recall(workspaceId: string, keyId: string | null, memberId: string | null): Limits | undefined {
    if (performance.now() > (this.#raisesEnd.get(workspaceId) ?? Number.POSITIVE_INFINITY)) {
      this.forget(workspaceId);
      this.onRaiseEnded(workspaceId);
    }
    return this.isHearing() ? this.#remembered.get(workspaceId)?.get(`${keyId} ${memberId}`) : undefined;
  }

  /**
   * Reads the limits from the database; undefined: the key or its workspace has ended. Simultaneous requests share a
   * statement, and a read during which the limits changed is repeated.
   */
  async load(workspaceId: string, keyId: string | null, memberId: string | null): Promise<Limits | undefined> {
    const holder = `${keyId} ${memberId}`;
    const name = `${workspaceId} ${holder}`;
    const underWay = this.#asking.get(name);
    if (underWay && this.isHearing()) return underWay;
    const isHeard = this.isHearing();
    const askedAt = performance.now();
    const answer: Promise<Limits | undefined> = limitsOf(workspaceId, keyId, memberId).then(
      (stored) => {
        if (stored) this.noteTime(stored.now, askedAt);
        const limits = stored ? asLimits(workspaceId, keyId, stored) : undefined;
        if (!isHeard) return limits;
        if (this.#asking.get(name) !== answer) return this.load(workspaceId, keyId, memberId);
        this.#asking.delete(name);
        if (limits) this.#remember(workspaceId, holder, limits);
        if (typeof stored?.raiseEndsIn === "number") this.#noteRaise(workspaceId, stored.raiseEndsIn);
        return limits;
      },
      (error) => {
        if (this.#asking.get(name) === answer) this.#asking.delete(name);
        throw error;
      },
    );
    if (isHeard) this.#asking.set(name, answer);
    return answer;
  }

  /** Forgets a workspace's limits, or all. */
  forget(workspaceId?: string): void {
    // Reads that are under way are repeated, because their answers may be outdated.
    this.#asking.clear();
    if (workspaceId === undefined) {
      this.#remembered.clear();
      this.#raisesEnd.clear();
      this.#count = 0;
      return;
    }
    this.#count -= this.#remembered.get(workspaceId)?.size ?? 0;
    this.#remembered.delete(workspaceId);
    this.#raisesEnd.delete(workspaceId);
  }

  #noteRaise(workspaceId: string, endsInMs: number): void {
    const endsAt = performance.now() + endsInMs;
    this.#raisesEnd.set(workspaceId, Math.min(endsAt, this.#raisesEnd.get(workspaceId) ?? endsAt));
  }

  #remember(workspaceId: string, holder: string, limits: Limits): void {
    if (this.#count >= maxRemembered) this.forget();
    const ofWorkspace = this.#remembered.get(workspaceId) ?? new Map<string, Limits>();
    if (!ofWorkspace.has(holder)) this.#count++;
    const [other] = ofWorkspace.values();
    if (other) share(limits, other);
    ofWorkspace.set(holder, limits);
    this.#remembered.set(workspaceId, ofWorkspace);
  }
}

/**
 * Shares equal parts between the limits of two holders of one workspace, to save memory: 200 tags with four limits
 * each take 150 kB, and there may be thousands of keys. Parts that differ are not shared, for example when a raise
 * has ended between the two answers.
 */
function share(limits: Limits, other: Limits): void {
  for (const what of ["byModel", "byTag"] as const)
    if (isDeepStrictEqual(limits[what], other[what])) limits[what] = other[what];
  if (isDeepStrictEqual(limits.tagging, other.tagging)) limits.tagging = other.tagging;
  if (isDeepStrictEqual(limits.endUsers, other.endUsers)) limits.endUsers = other.endUsers;
}

function asLimits(
  workspaceId: string,
  keyId: string | null,
  { slug, countedAs, budgets, rates, tags, endUsers }: NonNullable<StoredLimits>,
): Limits {
  const limits: Limits = {
    ...{ slug, countedAs, common: [], byModel: new Map(), byTag: new Map(), tagging: tags, endUsers },
  };
  const add = (budget: Budget) => {
    const { scope, whose } = budget;
    if (scope !== "model" && scope !== "tag") return limits.common.push(budget);
    const byName = scope === "model" ? limits.byModel : limits.byTag;
    const name = whose.slice(scope.length + 1);
    const others = byName.get(name);
    if (others) others.push(budget);
    else byName.set(name, [budget]);
  };
  for (const { scope, model, requests, tokens } of rates ?? []) {
    for (const [measure, limit] of [
      ["requests", requests],
      ["tokens", tokens],
    ] as const) {
      if (limit === null) continue;
      const bucket =
        scope === "key" ? countedAs : scope === "ceiling" ? `ceiling:${workspaceId}` : `${workspaceId}:${model ?? "*"}`;
      const whose = scope === "key" ? `key:${keyId}` : scope === "model" ? `model:${model}` : scope;
      add({ scope, measure, span: "minute", whose, subject: `v1:${measure}:${bucket}`, limit });
    }
  }
  for (const { whose, subject, span, limit } of budgets ?? []) {
    const scope = whose.split(":", 1)[0] as Scope;
    add({ scope, measure: "spend", span, whose, subject, limit });
  }
  limits.common.sort((a, b) => order[a.scope] - order[b.scope]);
  return limits;
}

/** The order in which limits are checked, so that the first one that refuses is named. */
const order: Record<Scope, number> = { key: 0, member: 1, "end-user": 2, tag: 3, model: 4, workspace: 5, ceiling: 6 };

import type { IncomingMessage } from "node:http";
import { BodyStalled } from "@/server/platform/http-body";
import type { Endpoint } from "../endpoints/endpoint";
import { type ApiError, invalid, Refusal } from "../errors/errors";
import { longestBody, roomFor, stalled, stallMs, tooLarge } from "./body";
import { BodyParts, edited } from "./body-parts";
import { endUserSent } from "./end-user";
import { boundaryIn, FormReader } from "./form-reader";
import type { Asked } from "./request";
import { tagsSent } from "./tags";

/** The longest form that is taken, in bytes: as long as the longest file. */
const longestForm = 512 * 1024 * 1024;

const unsupported: ApiError = {
  status: 415,
  message: "Send a form, as it is: Content-Type multipart/form-data with its boundary, no Content-Encoding.",
  type: "invalid_request_error",
  code: "unsupported_media_type",
};

const tooLate = (most: number): ApiError => ({
  status: 413,
  message: `Send the field model before the file: of a form only the first ${Math.round(most / 1024 / 1024)} MB are held until it comes.`,
  type: "invalid_request_error",
  code: "body_too_large",
});

/**
 * Reads a form up to where it is known which model it is for and what its file is; the rest is read as it is sent on, and never held. Its
 * fields may come in any order. What comes before `model` is held, up to `GATEWAY_MAX_BODY_MB`.
 *
 * @throws Refusal 415, 413, 400, 422, 408, or 429 and 503 when there is no room for it; an error when the client goes away meanwhile
 */
export async function readForm(endpoint: Endpoint, incoming: IncomingMessage, whose: string): Promise<Asked> {
  const {
    "content-type": type = "",
    "content-encoding": encoding = "identity",
    "content-length": said,
  } = incoming.headers;
  const boundary = boundaryIn(type);
  if (boundary === undefined || encoding !== "identity") throw new Refusal(unsupported);
  const declared = said === undefined ? undefined : Number(said);
  if ((declared ?? 0) > longestForm) throw new Refusal(tooLarge(longestForm));
  const { reads } = endpoint;
  const reader = new FormReader(boundary, reads.members);
  const pieces = new Pieces(incoming, reader);
  const held = roomFor(whose, 0);
  const parts = new BodyParts();
  const most = longestBody();
  try {
    while (!(reader.fields.has("model") && reader.file) && !pieces.isAtEnd) {
      const piece = await pieces.next();
      if (!piece) break;
      if (parts.length + piece.length > most) throw new Refusal(tooLate(most));
      held.cover(parts.length + piece.length);
      parts.add(piece);
    }
    const model = reader.fields.get("model");
    if (!model?.value) throw invalid("model", "model must be the id of a model.");
    const size = { bytes: declared ?? (pieces.isAtEnd ? parts.length : longestForm), format: formatOf(reader.file) };
    const reading = reads.read((name) => reader.fields.get(name)?.value, size);
    let begun: Buffer[] | undefined = parts.end();
    const release = () => {
      begun = undefined;
      held.release();
    };
    const body: Asked["body"] = {
      length: size.bytes,
      texts: 0,
      sent({ model: rename }) {
        if (!begun) throw new Error("the body of a request was forgotten and is to be sent again");
        const bytes = Buffer.from(rename ?? model.value);
        const changed = rename === undefined ? begun : edited(begun, [{ from: model.from, to: model.to, bytes }]);
        if (pieces.isAtEnd) return changed;
        const length = declared === undefined ? undefined : declared + bytes.length - (model.to - model.from);
        return { length, pieces: () => all(changed, pieces, release) };
      },
      async shortened() {
        throw new Error("a form is not translated");
      },
      get isTaken() {
        return pieces.isTaken;
      },
      get isWhole() {
        return pieces.isAtEnd;
      },
      throwIfBroken: () => pieces.throwIfBroken(),
      hold: (bytes) => held.add(bytes),
      release,
    };
    const tags = tagsSent(incoming, undefined);
    const endUser = endUserSent(incoming, (name) => reader.fields.get(name)?.value);
    return { endpoint, model: model.value, ...reading, tags, endUser, media: [], body };
  } catch (error) {
    held.release();
    throw refusalOf(error);
  }
}

/** Hands over what was held, which is forgotten with that, and then the rest as it comes. */
async function* all(begun: Buffer[], rest: Pieces, release: () => void): AsyncGenerator<Buffer> {
  rest.isTaken = true;
  yield* begun;
  release();
  for (let piece = await rest.next(); piece; piece = await rest.next()) yield piece;
}

/** The pieces of a form, each looked through before it is handed over. */
class Pieces {
  /** Whether the rest has been handed to a server: it can be sent to no other. */
  isTaken = false;
  isAtEnd = false;
  readonly #iterator: AsyncIterator<Buffer>;
  #length = 0;
  #failure: { error: unknown } | undefined;

  constructor(
    incoming: IncomingMessage,
    private readonly reader: FormReader,
  ) {
    this.#iterator = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** @throws what was wrong with the form, or with its client, while it was sent on */
  throwIfBroken(): void {
    if (this.#failure) throw refusalOf(this.#failure.error);
  }

  /**
   * Returns the next piece; undefined at the end.
   *
   * @throws Refusal, BodyStalled, and when the client goes away
   */
  async next(): Promise<Buffer | undefined> {
    try {
      const { value, done } = await inTime(this.#iterator.next());
      if (done) {
        this.isAtEnd = true;
        this.reader.end();
        return undefined;
      }
      const piece = value as Buffer;
      this.#length += piece.length;
      if (this.#length > longestForm) throw new Refusal(tooLarge(longestForm));
      this.reader.push(piece);
      return piece;
    } catch (error) {
      this.#failure = { error };
      void this.#iterator.return?.();
      throw error;
    }
  }
}

async function inTime<T>(next: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BodyStalled("nothing more of the body comes")), stallMs);
  });
  try {
    return await Promise.race([next, late]);
  } finally {
    clearTimeout(timer);
  }
}

const refusalOf = (error: unknown) => (error instanceof BodyStalled ? new Refusal(stalled) : error);

/** What kind of recording or image a file is, by its name or else by its type. */
function formatOf(file: FormReader["file"]): string | undefined {
  const byName = /\.([a-z0-9]{1,8})$/i.exec(file?.name ?? "")?.[1];
  const byType = /^[a-z]+\/([\w.+-]+)/i.exec(file?.type ?? "")?.[1];
  return (byName ?? byType)?.toLowerCase();
}

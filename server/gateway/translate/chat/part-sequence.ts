import { failures } from "../../errors/answer-error";
import { ServerFailure } from "../../errors/upstream-error";
import type { Piece } from "./read-chunk";
import type { ReasoningDialect } from "./reasoning";

/** A part of an answer as it begins. */
export type OpenedPart =
  | { kind: "text" | "refusal" }
  | { kind: "reasoning"; dialect: ReasoningDialect }
  | { kind: "call"; id: string; name: string };

/** Writes the parts of an answer, of which one is open at a time: `open`, any number of `append`, `close`. */
export interface PartWriter {
  open(part: OpenedPart): void;
  append(text: string): void;
  close(): void;
}

type Call = { index: number; id: string | undefined; name: string | undefined; held: string; isOpen: boolean };

/**
 * Puts the pieces of a chat's answer into parts one after the other, as the other APIs have them. Calls of tools come in pieces that name their call by
 * an index, by an id, or by both; the name may come after some of the arguments.
 */
export class PartSequence {
  #open: OpenedPart["kind"] | undefined;
  #call: Call | undefined;
  readonly #endedCalls = new Set<number>();
  #calls = 0;

  /** @param newId returns an id for the nth call, for servers that give none */
  constructor(
    private readonly writer: PartWriter,
    private readonly newId: (call: number) => string,
  ) {}

  /** Whether the model has called a tool. */
  get hasCalls(): boolean {
    return this.#calls > 0;
  }

  /** @throws ServerFailure when a piece belongs to a call that has ended: arguments would be lost */
  add(piece: Piece): void {
    if (piece.kind === "call") return void this.#addToCall(piece);
    // Some servers send line breaks between the pieces of a call.
    if (this.#call && piece.text.trim() === "") return;
    if (this.#open !== piece.kind) {
      this.#close();
      this.#open = piece.kind;
      this.writer.open(
        piece.kind === "reasoning" ? { kind: "reasoning", dialect: piece.dialect } : { kind: piece.kind },
      );
    }
    this.writer.append(piece.text);
  }

  /** Ends the part that is open. */
  end(): void {
    this.#close();
  }

  #addToCall(piece: Extract<Piece, { kind: "call" }>): void {
    let call = this.#call;
    if (!call || call.index !== piece.index || isAnother(call, piece)) {
      if (piece.name === undefined && this.#endedCalls.has(piece.index)) return void refuseLate(piece.arguments);
      this.#close();
      call = { index: piece.index, id: undefined, name: undefined, held: "", isOpen: false };
      this.#call = call;
    }
    call.id ??= piece.id;
    call.name ??= piece.name;
    call.held += piece.arguments;
    if (call.name !== undefined && !call.isOpen) {
      call.isOpen = true;
      this.#open = "call";
      this.writer.open({ kind: "call", id: call.id ?? this.newId(this.#calls), name: call.name });
      this.#calls++;
    }
    if (!call.isOpen || call.held === "") return;
    this.writer.append(call.held);
    call.held = "";
  }

  #close(): void {
    const call = this.#call;
    if (call) {
      if (!call.isOpen) throw unusable("a tool call has no name");
      this.#endedCalls.add(call.index);
    }
    if (this.#open) this.writer.close();
    this.#open = undefined;
    this.#call = undefined;
  }
}

/** Some servers give every call the same index, some give every piece of one call another id: only a name with another id begins a call. */
function isAnother(call: Call, piece: Extract<Piece, { kind: "call" }>): boolean {
  return piece.name !== undefined && piece.id !== undefined && call.id !== undefined && piece.id !== call.id;
}

function refuseLate(args: string): void {
  if (args.trim() !== "") throw unusable("a piece of a tool call came after the call had ended");
}

function unusable(why: string): ServerFailure {
  return new ServerFailure(failures.unusable, "invalid_answer", {
    isFinal: true,
    isAnswer: true,
    cause: new Error(why),
  });
}

import type { IncomingMessage } from "node:http";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { BodyStalled, eachPiece } from "./http-body";

const message = (stream: Readable) => stream as unknown as IncomingMessage;

test("the end of a body waits for the work on its last piece, and no piece comes while one is worked on", async () => {
  const seen: string[] = [];
  await eachPiece(
    message(Readable.from([Buffer.from("a"), Buffer.from("b"), Buffer.from("c")])),
    async (piece) => {
      seen.push(`begin ${piece}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      seen.push(`end ${piece}`);
    },
    1_000,
  );
  expect(seen).toEqual(["begin a", "end a", "begin b", "end b", "begin c", "end c"]);
});

test("what is thrown for a piece, at once or later, ends the reading", async () => {
  const pieces = () => message(Readable.from([Buffer.from("a"), Buffer.from("b")]));
  const now = () => {
    throw new Error("now");
  };
  await expect(eachPiece(pieces(), now, 1_000)).rejects.toThrow("now");
  await expect(eachPiece(pieces(), () => Promise.reject(new Error("later")), 1_000)).rejects.toThrow("later");
});

test("a body that stops coming, or whose connection ends, is an error; one that is worked on does not stall", async () => {
  const silent = new PassThrough();
  await expect(eachPiece(message(silent), () => undefined, 50)).rejects.toBeInstanceOf(BodyStalled);
  const cut = new PassThrough();
  const reading = eachPiece(message(cut), () => undefined, 1_000);
  cut.destroy();
  await expect(reading).rejects.toThrow("closed");
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 150));
  await eachPiece(message(Readable.from([Buffer.from("a")])), slow, 50);
});

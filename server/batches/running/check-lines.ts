import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { BatchError } from "@/db/schema/batches";
import type { BatchCaller, LineDoor } from "../door";
import { mostLines } from "../input";
import { isFlaw, linesOf, readLine } from "../lines";
import type { Hold } from "./hold";
import type { Checked } from "./queries";

/** The most errors of lines that are reported. */
const mostErrors = 50;

/**
 * Checks all lines of a batch: that each can be parsed, has a unique `custom_id`, and that the creator may send this
 * request to the model. Nothing is sent or charged.
 *
 * @returns the number of lines and their highest possible cost; the errors; or undefined when the batch is given up
 * @throws when something cannot be checked now
 */
export async function checkLines(
  hold: Hold,
  content: Readable,
  door: LineDoor,
  caller: BatchCaller,
): Promise<{ checked: Checked } | { errors: BatchError[] } | undefined> {
  const errors: BatchError[] = [];
  const names = new Set<string>();
  const checked: Checked = { total: 0, estimatedCost: 0 };
  for await (const { line, text } of linesOf(content)) {
    if (hold.why) return undefined;
    checked.total += 1;
    if (checked.total > mostLines) {
      const message = `A batch has at most ${mostLines.toLocaleString("en-US")} requests.`;
      errors.push({ code: "too_many_requests", message, line, param: null });
      break;
    }
    const read = readLine(text, hold.batch);
    if (isFlaw(read)) errors.push({ ...read, line });
    else {
      const name = fingerprint(read.customId);
      if (names.has(name)) {
        const message = "custom_id is that of a line before: each must have its own.";
        errors.push({ code: "duplicate_custom_id", message, line, param: "custom_id" });
      } else {
        names.add(name);
        const found = await door.check(caller, read.request);
        if ("status" in found) {
          const { code, message, param } = found;
          errors.push({ code, message, line, param: param === null ? null : `body.${param}` });
        } else checked.estimatedCost += found.cost;
      }
    }
    if (errors.length >= mostErrors) break;
    if (checked.total % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (checked.total === 0)
    errors.push({ code: "empty_file", message: "The input file has no requests.", line: null, param: "input_file_id" });
  return errors.length > 0 ? { errors } : { checked };
}

/** A hash, so that 50,000 long ids take no more memory than short ones. */
const fingerprint = (customId: string) => createHash("sha256").update(customId).digest("base64").slice(0, 22);

"use client";

import { useRef, useState } from "react";
import { useStay } from "@/app/_ui/dialog-holds";
import type { RowOutcome } from "@/server/joining/invitations/bulk/slice";
import { linesOf } from "./row-words";

type Row = Pick<RowOutcome, "email" | "role">;

/** The number of rows per request, small enough to show progress. */
const atOnce = 50;

/**
 * Sends rows in slices, one after the other. Rows of a failed slice are reported as not sent and can be sent again:
 * those that did arrive are then "already invited", never invited twice.
 */
export function useSending(workspace: string, rows: Row[]) {
  const [state, setState] = useState<"ready" | "sending" | "done">("ready");
  const [results, setResults] = useState<RowOutcome[]>([]);
  const [error, setError] = useState<string>();
  const isSending = useRef(false);
  // The remaining slices would be lost with the page.
  useStay(state === "sending");

  async function send() {
    if (isSending.current) return;
    isSending.current = true;
    setState("sending");
    setError(undefined);
    const kept = results.filter(({ outcome }) => outcome !== "failed");
    const done = [...kept];
    const left = rows.filter(({ email }) => !kept.some((one) => one.email === email));
    try {
      const { procedures } = await import("@/app/_shared/procedures-client");
      for (let from = 0; from < left.length; from += atOnce) {
        const list = linesOf(left.slice(from, from + atOnce));
        done.push(...(await procedures.invitations.createMany.mutate({ workspace, list })).results);
        setResults([...done]);
      }
    } catch (cause) {
      setError(sentenceOf(cause));
      const rest = left.filter(({ email }) => !done.some((one) => one.email === email));
      setResults([...done, ...rest.map((row) => ({ ...row, outcome: "failed" as const }))]);
    }
    isSending.current = false;
    setState("done");
  }

  return { state, results, error, send };
}

/** Returns the text of an error: a refusal's own text, or for all other errors that the server was not reached. */
function sentenceOf(cause: unknown): string {
  const { data, message } = cause as { data?: { reason?: string } | null; message?: string };
  return data?.reason && message ? message : "Atelier could not be reached. Some rows were not sent.";
}

"use client";

import { useEffect, useId, useState } from "react";
import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { idOf } from "@/server/access/key-format";
import type { Outputs, RowOf } from "@/server/composition/outputs";

type Row = Pick<
  RowOf<Outputs["keys"]["list"]>,
  "id" | "name" | "ownerName" | "isService" | "isRevoked" | "disabledBecause" | "isExpired"
>;

type Answer = { id: string; row: Row | undefined } | "unreachable" | null;

/**
 * Identifies a key that was found somewhere: its owner and whether it works. The key stays in the browser; only its id,
 * which is not secret, is sent.
 */
export function WhatKey({ slug, here }: { slug: string; here: string }) {
  const field = useId();
  const [text, setText] = useState("");
  const [answer, setAnswer] = useState<Answer>(null);
  const candidate = /atl_\w+/.exec(text)?.[0] ?? "";
  const id = idOf(candidate);

  useEffect(() => {
    setAnswer(null);
    if (!id) return;
    let isOver = false;
    const ask = async (): Promise<Answer> => {
      const { procedures } = await import("@/app/_shared/procedures-client");
      const { rows } = await procedures.keys.list.query({ workspace: slug, search: id });
      return { id, row: rows.find((row) => row.id === id) };
    };
    ask()
      .catch((): Answer => "unreachable")
      .then((found) => {
        if (!isOver) setAnswer(found);
      });
    return () => {
      isOver = true;
    };
  }, [id, slug]);

  return (
    <Card
      title="What is this key?"
      description="Paste a key that you found. It stays in your browser: only its id is looked up."
    >
      <p className="hidden text-ink-soft noscript:block">
        This needs JavaScript, because the key must not leave the browser. Search for the 12 characters after “atl_”
        instead.
      </p>
      <div className="flex flex-col gap-3 noscript:hidden">
        {/* Without a name and outside of any form: no browser sends it anywhere. */}
        <label htmlFor={field} className="sr-only">
          Key to look up
        </label>
        <input
          id={field}
          type="text"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          placeholder="atl_…"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={2_000}
          className="control font-mono text-[0.8125rem]"
        />
        <div role="status" className="text-ink-soft empty:hidden">
          {text.trim() === "" ? null : id ? (
            <Found answer={answer} here={here} id={id} />
          ) : (
            "This is not a complete Atelier key: it may be mistyped or cut off."
          )}
        </div>
      </div>
    </Card>
  );
}

function Found({ answer, id, here }: { answer: Answer; id: string; here: string }) {
  if (answer === null) return <>Looking it up…</>;
  if (answer === "unreachable") return <>It cannot be looked up right now.</>;
  const { row } = answer;
  if (!row) return <>No key of this workspace has the id {id}.</>;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 wrap-anywhere">
        <span className="font-medium text-ink">{row.name}</span>,{" "}
        {row.isService ? "a service key" : `a key of ${row.ownerName}`}. {stateOf(row)}
      </p>
      <LinkButton href={`${here}?q=${id}`} size="sm">
        Show it in the list
      </LinkButton>
    </div>
  );
}

function stateOf({ isRevoked, disabledBecause, isExpired }: Row): string {
  if (isRevoked) return "It is revoked.";
  if (disabledBecause)
    return disabledBecause === "leaked" ? "It is disabled: it was found in public." : "It is disabled.";
  return isExpired ? "It has expired." : "It works.";
}

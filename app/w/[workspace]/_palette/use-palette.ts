"use client";

import { useEffect, useState } from "react";
import { procedures } from "@/app/_shared/procedures-client";
import type { FoundGroup } from "@/server/palette/input";

type Answer = { groups: FoundGroup[]; answered: string | null; isFailed: boolean };

/**
 * Returns the search results for a text while it is typed. `answered` is the text that `groups` belong to; earlier
 * results stay until new ones arrive.
 */
export function usePalette(workspace: string, text: string): Answer {
  const [answer, setAnswer] = useState<Answer>({ groups: [], answered: null, isFailed: false });
  const search = text.trim();
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const ask = async () => {
      try {
        const { groups } = await procedures.palette.search.query({ workspace, search }, { signal });
        if (!signal.aborted) setAnswer({ groups, answered: search, isFailed: false });
      } catch {
        if (!signal.aborted) setAnswer((before) => ({ ...before, isFailed: true }));
      }
    };
    const timer = setTimeout(ask, search ? 120 : 0);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [workspace, search]);
  return answer;
}

"use client";

import { type ReactNode, useEffect, useState } from "react";
import { SwitchLink } from "@/app/_shared/account-menu/switch-link";
import { hasIcon, type Iconic, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { MenuLink } from "@/app/_ui/menu";

type Found = Iconic[];

/** Finds one of many workspaces: lists the last visited ones, and the others as the person types. */
export function WorkspaceFinder({
  current,
  recent,
  total,
  icons,
}: {
  current: string;
  recent: Found;
  total: string;
  icons: { one: ReactNode; all: ReactNode };
}) {
  const [search, setSearch] = useState("");
  const [found, setFound] = useState<Found>(recent);
  const [isFailed, setIsFailed] = useState(false);

  useEffect(() => {
    if (!search.trim()) {
      setFound(recent);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const { procedures } = await import("@/app/_shared/procedures-client");
        const { rows } = await procedures.workspaces.list.query({ search }, { signal: controller.signal });
        setFound(rows.filter(({ slug }) => slug !== current));
        setIsFailed(false);
      } catch {
        if (!controller.signal.aborted) setIsFailed(true);
      }
    }, 150);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [search, recent, current]);

  return (
    <div role="presentation">
      <div role="presentation" className="px-1 pb-1">
        <input
          type="search"
          aria-label="Find a workspace"
          placeholder={`Find among ${total} workspaces`}
          value={search}
          maxLength={200}
          onChange={(event) => setSearch(event.currentTarget.value)}
          // Keys are for the field; the menu's type-ahead would handle the letters.
          onKeyDown={(event) => {
            if (event.key.length === 1 || event.key === "Home" || event.key === "End") event.stopPropagation();
          }}
          className="control min-h-8 text-[0.8125rem]"
        />
      </div>
      {found.map((one) => (
        <SwitchLink
          key={one.slug}
          slug={one.slug}
          icon={hasIcon(one) ? <WorkspaceIcon workspace={one} size="xs" /> : icons.one}
        >
          Switch to {one.name}
        </SwitchLink>
      ))}
      <p role="status" className="px-2.25 py-1 text-[0.8125rem] text-ink-faint empty:hidden">
        {isFailed
          ? "The search is not available right now."
          : search.trim() && found.length === 0
            ? "No other workspace with that name."
            : ""}
      </p>
      <MenuLink href="/account#workspaces" icon={icons.all}>
        All {total} workspaces
      </MenuLink>
    </div>
  );
}

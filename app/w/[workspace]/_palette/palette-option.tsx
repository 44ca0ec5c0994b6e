"use client";

import type { Route } from "next";
import { Link } from "@/app/_ui/link";
import { choose } from "@/app/_ui/theme";
import { logOut } from "@/app/(auth)/_sign-out/log-out";
import type { Found } from "@/server/palette/input";

/** Draws one line of the palette. It is chosen by a click; Enter in the field triggers a click as well. */
export function PaletteOption({
  id,
  row,
  isActive,
  onTaken,
}: {
  id: string;
  row: Found;
  isActive: boolean;
  onTaken: () => void;
}) {
  const common = {
    id,
    role: "option",
    tabIndex: -1,
    "aria-selected": isActive,
    className: "menu-item w-full aria-selected:bg-sunken",
  } as const;
  const text = (
    <>
      <span className="min-w-0 flex-1 truncate">{row.label}</span>
      {row.detail && <span className="max-w-[50%] truncate text-[0.8125rem] text-ink-faint">{row.detail}</span>}
    </>
  );
  if (row.href !== undefined)
    return (
      <Link {...common} href={row.href as Route} onClick={onTaken}>
        {text}
      </Link>
    );
  if (row.does === "switch-theme")
    return (
      <button
        {...common}
        type="button"
        onClick={() => {
          choose(isDark() ? "light" : "dark");
          onTaken();
        }}
      >
        {text}
      </button>
    );
  return (
    <form action={logOut} role="none">
      <button {...common} type="submit">
        {text}
      </button>
    </form>
  );
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

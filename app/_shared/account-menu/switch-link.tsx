"use client";

import { usePathname } from "next/navigation";
import type { ReactNode } from "react";
import { MenuLink } from "@/app/_ui/menu";

/** Draws a link to the same page of another workspace. */
export function SwitchLink({ slug, icon, children }: { slug: string; icon?: ReactNode; children: ReactNode }) {
  const [, root, , page] = usePathname().split("/");
  return (
    <MenuLink href={`/w/${slug}${root === "w" && page ? `/${page}` : ""}`} icon={icon}>
      {children}
    </MenuLink>
  );
}

import { headers } from "next/headers";
import { after } from "next/server";
import type { ReactNode } from "react";
import { Wordmark } from "@/app/_ui/mark";
import { Sheet, SheetButton } from "@/app/_ui/sheet";
import { hasIcon, WorkspaceIcon } from "@/app/workspace-icon";
import { api } from "@/server/composition/caller";
import { AccountMenu } from "./account-menu";
import { Navigation } from "./navigation";
import { PaletteButton } from "./palette-button";
import { ViewingBanner } from "./viewing-banner";

type Props = { children: ReactNode; params: Promise<{ workspace: string }> };

/** Draws the frame around a workspace's pages. It checks no access: each page's own reads do. */
export default async function WorkspaceLayout({ children, params }: Props) {
  const { workspace: slug } = await params;
  const calls = await api();
  const [workspace, menu, sent] = await Promise.all([
    calls.workspaces.get({ workspace: slug }),
    calls.account.menu(),
    headers(),
  ]);
  const isNoted = workspace.wasHereLately && menu.recent.rows[0]?.slug === slug;
  // A prefetch is the router's guess, not a visit.
  if (!isNoted && !sent.has("next-router-prefetch"))
    after(() => calls.workspaces.touch({ workspace: slug }).catch(() => {}));
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15.5rem_minmax(0,1fr)]">
      <Sheet>
        <div className="flex h-full flex-col">
          <div className="px-5 pt-5 pb-6">
            <Wordmark />
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-4">
            <div className="px-0.5 pb-5">
              <PaletteButton slug={slug} />
            </div>
            <Navigation slug={slug} />
          </div>
          <div className="border-hairline border-t p-2">
            <AccountMenu person={menu} workspace={workspace} recent={menu.recent} invitations={menu.invitations} />
          </div>
        </div>
      </Sheet>
      <div className="flex min-w-0 flex-col">
        <header className="sticky top-0 z-10 flex items-center gap-2 border-hairline border-b bg-paper/95 px-3 py-2 md:hidden">
          <SheetButton />
          {hasIcon(workspace) && <WorkspaceIcon workspace={workspace} size="sm" />}
          <span className="min-w-0 truncate font-medium">{workspace.name}</span>
        </header>
        {workspace.isViewedAs && <ViewingBanner slug={slug} role={workspace.role} />}
        <main id="content" className="mx-auto w-full max-w-270 flex-1 px-4 py-6 md:px-10 md:py-10">
          {children}
        </main>
      </div>
    </div>
  );
}

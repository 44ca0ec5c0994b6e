import { after } from "next/server";
import type { ReactNode } from "react";
import { AccountMenu } from "@/app/_shared/account-menu/account-menu";
import { PageFrame } from "@/app/_shared/page-frame";
import { hasIcon, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { api } from "@/server/composition/caller";
import { AlertBanners } from "./_frame/alert-banners";
import { LookBanners } from "./_frame/look-banners";
import { Navigation } from "./_frame/navigation";
import { SuspendedBanner } from "./_frame/suspended-banner";
import { ViewingBanner } from "./_frame/viewing-banner";
import { PaletteButton } from "./_palette/palette-button";
import { workspaceHere } from "./_shared/workspace-here";

type Props = { children: ReactNode; params: Promise<{ workspace: string }> };

/** Draws the frame around a workspace's pages. It checks no access: each page's own reads do. */
export default async function WorkspaceLayout({ children, params }: Props) {
  const { workspace: slug } = await params;
  const calls = await api();
  const [workspace, alerts, looks, menu] = await Promise.all([
    workspaceHere(slug),
    calls.workspaces.alerts({ workspace: slug }),
    calls.looks.open({ workspace: slug }),
    calls.account.menu(),
  ]);
  // An operator who looks inside is not a member, so no visit is recorded.
  const isNoted = workspace.look !== null || (workspace.wasHereLately && menu.recent.rows[0]?.slug === slug);
  if (!isNoted) after(() => calls.workspaces.touch({ workspace: slug }).catch(() => {}));
  return (
    <PageFrame
      navigation={
        <>
          <div className="px-0.5 pb-5">
            <PaletteButton slug={slug} />
          </div>
          <Navigation slug={slug} />
        </>
      }
      menu={
        <AccountMenu
          person={menu}
          workspace={workspace}
          recent={menu.recent}
          invitations={menu.invitations}
          waiting={menu.waiting}
        />
      }
      title={
        <>
          {hasIcon(workspace) && <WorkspaceIcon workspace={workspace} size="sm" />}
          <span className="min-w-0 truncate font-medium">{workspace.name}</span>
        </>
      }
      banners={
        <>
          {workspace.suspendedAt && <SuspendedBanner reason={workspace.suspendedReason} />}
          <LookBanners workspace={workspace} looks={looks} />
          <AlertBanners slug={slug} permissions={workspace.permissions} alerts={alerts} />
          {workspace.isViewedAs && <ViewingBanner slug={slug} role={workspace.role} />}
        </>
      }
    >
      {children}
    </PageFrame>
  );
}

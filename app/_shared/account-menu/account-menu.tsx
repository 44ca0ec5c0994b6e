import { WorkspaceFinder } from "@/app/_shared/account-menu/lazy-finder";
import { SwitchLink } from "@/app/_shared/account-menu/switch-link";
import { ownAvatarSrc } from "@/app/_shared/avatar-src";
import { hasIcon, type Iconic, WorkspaceIcon } from "@/app/_shared/workspace-icon";
import { Avatar } from "@/app/_ui/avatar";
import { Badge } from "@/app/_ui/badge";
import { formatUpTo } from "@/app/_ui/format";
import { Glyph } from "@/app/_ui/glyph";
import { ArrowLeftRight, Building2, CircleHelp, Eye, Inbox, List, LogOut, Mail, Plus, Settings } from "@/app/_ui/icons";
import { Menu, MenuButton, MenuLabel, MenuLink, MenuSeparator } from "@/app/_ui/menu";
import { ThemeMenuItems } from "@/app/_ui/theme-menu";
import { logOut } from "@/app/(auth)/_sign-out/log-out";
import type { Permission } from "@/server/access/permissions";
import { mostCounted } from "@/server/workspaces/input";

type Props = {
  person: { name: string; email: string; avatar: string | null; isOperator: boolean };
  /** Null: the person is on the pages of the instance. */
  workspace: (Iconic & { permissions: Permission[] }) | null;
  recent: { rows: Iconic[]; total: number };
  invitations: number;
  /** The number of items in the inbox. */
  waiting: number;
};

const mostShown = 99;

/** Draws the account menu: the person, the current workspace, and links to all other workspaces. */
export function AccountMenu({ person, workspace, recent, invitations, waiting }: Props) {
  const waits = waiting > mostShown ? `${mostShown}+` : String(waiting);
  const others = recent.rows.filter(({ slug }) => slug !== workspace?.slug);
  const hasMore = recent.total > recent.rows.length;
  return (
    <Menu
      label="Account menu"
      side="top"
      className="w-68"
      triggerClassName="flex w-full items-center gap-2.5 rounded-lg p-2 text-start transition-colors hover:bg-sunken aria-expanded:bg-sunken"
      trigger={
        <>
          <Avatar name={person.name} src={ownAvatarSrc(person)} />
          <span className="min-w-0 flex-1">
            <span className="block truncate font-medium leading-snug">{person.name}</span>
            <span className="flex items-center gap-1.5 text-[0.8125rem] text-ink-faint leading-snug">
              {workspace && hasIcon(workspace) && <WorkspaceIcon workspace={workspace} size="xs" />}
              <span className="truncate">{workspace ? workspace.name : "Instance settings"}</span>
            </span>
          </span>
          {waiting > 0 && (
            <Badge tone="accent">
              {waits}
              <span className="sr-only"> in your inbox</span>
            </Badge>
          )}
          <Glyph name="updown" className="size-4 shrink-0 text-ink-faint" />
        </>
      }
    >
      <div role="presentation" className="px-2.25 pt-1.5 pb-2">
        <p className="truncate font-medium">{person.name}</p>
        <p className="truncate text-[0.8125rem] text-ink-faint">{person.email}</p>
      </div>
      <MenuSeparator />
      {others.length > 0 && <MenuLabel>Workspaces</MenuLabel>}
      {hasMore ? (
        <WorkspaceFinder
          icons={{ one: <ArrowLeftRight />, all: <List /> }}
          current={workspace?.slug ?? ""}
          recent={others}
          total={formatUpTo(recent.total, mostCounted)}
        />
      ) : (
        others.map((other) => (
          <SwitchLink
            key={other.slug}
            slug={other.slug}
            icon={hasIcon(other) ? <WorkspaceIcon workspace={other} size="xs" /> : <ArrowLeftRight />}
          >
            Switch to {other.name}
          </SwitchLink>
        ))
      )}
      <MenuLink href="/account/inbox" icon={<Inbox />} trailing={waiting > 0 && <Badge tone="accent">{waits}</Badge>}>
        Inbox
      </MenuLink>
      {invitations > 0 && (
        <MenuLink href="/welcome" icon={<Mail />} trailing={<Badge tone="accent">{invitations}</Badge>}>
          Pending invitations
        </MenuLink>
      )}
      <MenuLink href="/welcome" icon={<Plus />}>
        Create or join workspace
      </MenuLink>
      {workspace?.permissions.includes("member:manage") && (
        <MenuLink href={`/w/${workspace.slug}/view-as`} icon={<Eye />}>
          View as a role
        </MenuLink>
      )}
      <MenuSeparator />
      <ThemeMenuItems />
      <MenuSeparator />
      <MenuLink href="/account" icon={<Settings />}>
        Account settings
      </MenuLink>
      {person.isOperator && (
        <MenuLink href="/instance" icon={<Building2 />}>
          Instance settings
        </MenuLink>
      )}
      <MenuLink href="/help" icon={<CircleHelp />}>
        Help
      </MenuLink>
      <form action={logOut} role="none">
        <MenuButton type="submit" icon={<LogOut />}>
          Log out
        </MenuButton>
      </form>
    </Menu>
  );
}

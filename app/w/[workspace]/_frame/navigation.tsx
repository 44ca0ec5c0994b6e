import {
  Box,
  ChartNoAxesColumn,
  Gauge,
  KeyRound,
  LayoutDashboard,
  ScrollText,
  Settings,
  UsersRound,
  Wallet,
} from "@/app/_ui/icons";
import { NavGroup, NavLink } from "@/app/_ui/nav";

/** Draws the pages of a workspace. A new page is one line here. */
export function Navigation({ slug }: { slug: string }) {
  const at = (page: string) => `/w/${slug}${page}`;
  return (
    <nav aria-label="Workspace" className="flex flex-col gap-6">
      <NavGroup label="API">
        <NavLink href={at("")} icon={<LayoutDashboard />} isExact>
          Overview
        </NavLink>
        <NavLink href={at("/keys")} icon={<KeyRound />}>
          API Keys
        </NavLink>
        <NavLink href={at("/models")} icon={<Box />}>
          Models
        </NavLink>
        <NavLink href={at("/usage")} icon={<ChartNoAxesColumn />}>
          Usage
        </NavLink>
        <NavLink href={at("/limits")} icon={<Gauge />}>
          Rate limits
        </NavLink>
      </NavGroup>
      <NavGroup label="Workspace">
        <NavLink href={at("/members")} icon={<UsersRound />}>
          Members
        </NavLink>
        <NavLink href={at("/billing")} icon={<Wallet />}>
          Billing
        </NavLink>
        <NavLink href={at("/settings")} icon={<Settings />}>
          Settings
        </NavLink>
        <NavLink href={at("/audit")} icon={<ScrollText />}>
          Audit log
        </NavLink>
      </NavGroup>
    </nav>
  );
}

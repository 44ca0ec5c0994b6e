import {
  ArrowLeftRight,
  Box,
  Boxes,
  KeyRound,
  LayoutDashboard,
  Mail,
  ScrollText,
  Sparkles,
  UserPlus,
  UsersRound,
  Wallet,
} from "@/app/_ui/icons";
import { NavGroup, NavLink } from "@/app/_ui/nav";

/** Draws the pages of the instance. A new page is one line here. */
export function Navigation() {
  return (
    <nav aria-label="Instance" className="flex flex-col gap-6">
      <NavGroup label="Instance">
        <NavLink href="/instance" icon={<LayoutDashboard />} isExact>
          Overview
        </NavLink>
        <NavLink href="/instance/workspaces" icon={<Box />}>
          Workspaces
        </NavLink>
        <NavLink href="/instance/people" icon={<UsersRound />}>
          People
        </NavLink>
        <NavLink href="/instance/sign-up" icon={<UserPlus />}>
          Sign-up
        </NavLink>
        <NavLink href="/instance/sign-in" icon={<KeyRound />}>
          Sign-in
        </NavLink>
        <NavLink href="/instance/providers" icon={<ArrowLeftRight />}>
          Model providers
        </NavLink>
        <NavLink href="/instance/models" icon={<Boxes />}>
          Models
        </NavLink>
        <NavLink href="/instance/prices" icon={<Wallet />}>
          Prices
        </NavLink>
        <NavLink href="/instance/mail" icon={<Mail />}>
          Mail
        </NavLink>
        <NavLink href="/instance/appearance" icon={<Sparkles />}>
          Appearance
        </NavLink>
        <NavLink href="/instance/audit" icon={<ScrollText />}>
          Audit log
        </NavLink>
      </NavGroup>
    </nav>
  );
}

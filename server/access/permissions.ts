/** The roles a member can have, most capable first. */
export const roles = ["admin", "developer", "billing", "viewer"] as const;

export type Role = (typeof roles)[number];

const everyone = ["admin", "developer", "billing", "viewer"] as const;
const builders = ["admin", "developer"] as const;
const admins = ["admin"] as const;
const treasurers = ["admin", "billing"] as const;

/** Who may do what: the only place this is decided. Nothing anywhere asks for a role, only for a permission. */
export const permissions = {
  "workspace:read": everyone,
  "member:read": everyone,
  "model:read": everyone,
  "usage:read": everyone,
  "workspace:update": admins,
  "workspace:delete": admins,
  "member:invite": admins,
  "member:manage": admins,
  "domain:manage": admins,
  "audit:read": admins,
  // Whatever became of a member's role, the keys they made are theirs to end.
  "key:revoke-own": everyone,
  "key:create": builders,
  "key:manage-own": builders,
  "model:use": builders,
  "model:fine-tune": builders,
  "file:manage": builders,
  "key:manage-any": admins,
  "model:manage": admins,
  "limit:manage": treasurers,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/** Whether a role holds a permission. */
export function can(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}

/** The permissions of a role, in the table's order. */
export function permissionsOf(role: Role): Permission[] {
  return (Object.keys(permissions) as Permission[]).filter((permission) => can(role, permission));
}

/** Whether a member with role `granter` may give somebody `granted`: nobody grants more than they hold. */
export function canGrant(granter: Role, granted: Role): boolean {
  return permissionsOf(granted).every((permission) => can(granter, permission));
}

/** The roles that hold a permission, most capable first. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => can(role, permission));
}

/** What a role is called and what it is for, in a sentence. */
export const roleText = {
  admin: { name: "Admin", purpose: "Manages members, keys, models and the workspace itself." },
  developer: { name: "Developer", purpose: "Creates keys, uses models and fine-tunes them." },
  billing: { name: "Billing", purpose: "Sees usage and sets spending limits." },
  viewer: { name: "Viewer", purpose: "Sees the workspace, its models and its usage, and changes nothing." },
} as const satisfies Record<Role, { name: string; purpose: string }>;

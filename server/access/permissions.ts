/** The roles a member can have, most capable first. */
export const roles = ["admin", "developer", "billing", "viewer"] as const;

export type Role = (typeof roles)[number];

const allRoles = ["admin", "developer", "billing", "viewer"] as const;
const builders = ["admin", "developer"] as const;
const admins = ["admin"] as const;
const treasurers = ["admin", "billing"] as const;

/**
 * Which roles hold which permission. This is the only place where that is decided: all other code asks for a
 * permission, never for a role.
 */
export const permissions = {
  "workspace:read": allRoles,
  "member:read": allRoles,
  "model:read": allRoles,
  "usage:read": allRoles,
  "workspace:update": admins,
  "workspace:delete": admins,
  "member:invite": admins,
  "member:manage": admins,
  "domain:manage": admins,
  "audit:read": admins,
  // In every role, a member can revoke the keys that they made.
  "key:revoke-own": allRoles,
  "key:create": builders,
  "key:manage-own": builders,
  "model:use": builders,
  "model:fine-tune": builders,
  "file:manage": builders,
  "key:manage-any": admins,
  "model:manage": admins,
  "provider:manage": admins,
  "limit:manage": treasurers,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof permissions;

/** The permissions of an operator who looks inside a workspace with an Admin's consent: what every role may read. */
export const lookerPermissions: readonly Permission[] = ["workspace:read", "member:read", "model:read", "usage:read"];

/** Checks whether a role holds a permission. */
export function can(role: Role, permission: Permission): boolean {
  return (permissions[permission] as readonly Role[]).includes(role);
}

/** Returns the permissions of a role, in the table's order. */
export function permissionsOf(role: Role): Permission[] {
  return (Object.keys(permissions) as Permission[]).filter((permission) => can(role, permission));
}

/** Checks whether a member with role `granter` may give the role `granted`: only a role whose permissions they all hold. */
export function canGrant(granter: Role, granted: Role): boolean {
  return permissionsOf(granted).every((permission) => can(granter, permission));
}

/**
 * Returns the lower of two roles: the one whose permissions the other one holds too. When each holds a permission
 * that the other lacks, as Developer and Billing do, it returns "viewer". Without another role it returns the first.
 */
export function lowerRole(role: Role, other: Role | null | undefined): Role {
  if (!other || canGrant(other, role)) return role;
  return canGrant(role, other) ? other : "viewer";
}

/** Returns the roles that hold a permission, most capable first. */
export function rolesWith(permission: Permission): Role[] {
  return roles.filter((role) => can(role, permission));
}

/** What each permission allows, in the words of the Help page, whose table is made of these and of `permissions`. */
export const permissionText = {
  "workspace:read": "See the workspace and its API keys, whose secrets are masked",
  "member:read": "See the members and their roles",
  "model:read":
    "See models, fine-tuning jobs and batches; see and download training files, except other members' private ones",
  "usage:read": "See usage, cost, limits and statements",
  "workspace:update": "Change the workspace's name, icon, address, seats, tags and key policy",
  "workspace:delete": "Delete the workspace",
  "member:invite": "Invite members, approve requests to join, make the invite link",
  "member:manage": "Change roles, set an end date, remove members, view as another role",
  "domain:manage": "Manage e-mail domains and the join page",
  "audit:read": "Read, download and verify the audit log and the sealed ledger of usage",
  "key:revoke-own": "Revoke their own keys",
  "key:create": "Create API keys",
  "key:manage-own": "Edit, rotate and disable their own keys",
  "model:use": "Use models in the playground, in batches and with API keys",
  "model:fine-tune": "Fine-tune models, and edit, archive and delete their own",
  "file:manage": "Upload and delete training files",
  "key:manage-any": "Manage every key of the workspace",
  "model:manage": "Manage every model: share, move, register, reassign; make routes",
  "provider:manage": "Add the workspace's own model providers, where the instance allows them",
  "limit:manage": "Set spending limits, alerts and rate limits",
} as const satisfies Record<Permission, string>;

/** The name of each role and its purpose, in one sentence. */
export const roleText = {
  admin: { name: "Admin", purpose: "Manages members, keys, models and the workspace itself." },
  developer: { name: "Developer", purpose: "Creates keys, uses models and fine-tunes them." },
  billing: { name: "Billing", purpose: "Sets limits. Sees usage, models, files and keys, with secrets masked." },
  viewer: { name: "Viewer", purpose: "Sees usage, models, files and keys, with secrets masked. Changes nothing." },
} as const satisfies Record<Role, { name: string; purpose: string }>;

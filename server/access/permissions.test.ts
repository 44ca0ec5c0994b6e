import { expect, test } from "vitest";
import { can, canGrant, lowerRole, type Permission, permissions, roles } from "./permissions";

// The table, written a second time: a change of who may do what has to be meant twice.
const promised: Record<string, string> = {
  "workspace:read": "admin developer billing viewer",
  "member:read": "admin developer billing viewer",
  "model:read": "admin developer billing viewer",
  "usage:read": "admin developer billing viewer",
  "workspace:update": "admin",
  "workspace:delete": "admin",
  "member:invite": "admin",
  "member:manage": "admin",
  "domain:manage": "admin",
  "audit:read": "admin",
  "key:create": "admin developer",
  "key:revoke-own": "admin developer billing viewer",
  "key:manage-own": "admin developer",
  "model:use": "admin developer",
  "model:fine-tune": "admin developer",
  "file:manage": "admin developer",
  "key:manage-any": "admin",
  "model:manage": "admin",
  "provider:manage": "admin",
  "limit:manage": "admin billing",
};

test("RP-01 each role may what was promised, and nothing else", () => {
  const found = Object.keys(permissions).map((name) => [
    name,
    roles.filter((role) => can(role, name as Permission)).join(" "),
  ]);
  expect(Object.fromEntries(found)).toEqual(promised);
});

test("I4 no member grants a role that has permissions they lack", () => {
  const grants = roles.map((granter) => [granter, roles.filter((granted) => canGrant(granter, granted)).join(" ")]);
  expect(Object.fromEntries(grants)).toEqual({
    admin: "admin developer billing viewer",
    developer: "developer viewer",
    billing: "billing viewer",
    viewer: "viewer",
  });
});

test.each([
  ["admin", "viewer", "viewer"],
  ["viewer", "admin", "viewer"],
  ["developer", "developer", "developer"],
  ["developer", "admin", "developer"],
  // Each can do something of its own.
  ["developer", "billing", "viewer"],
  ["billing", "developer", "viewer"],
  ["billing", null, "billing"],
] as const)("the lower one of %s and %s is %s", (role, other, lower) => {
  expect(lowerRole(role, other)).toBe(lower);
});

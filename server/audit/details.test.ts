import { expect, test } from "vitest";
import type { AuditEvent } from "./queries";

const target = { type: "member", id: "1" } as const;

test("a row's details are those that its action lists, of their types", () => {
  const events: AuditEvent[] = [
    { action: "member.role_changed", target, before: { role: "viewer" }, after: { role: "developer" } },
    // @ts-expect-error a detail that is not listed does not compile
    { action: "member.role_changed", target, after: { role: "viewer", secret: "s3cret" } },
    // @ts-expect-error nor does one of another type
    { action: "member.role_changed", target, after: { role: 1 } },
    // @ts-expect-error nor a detail of another action
    { action: "domain.removed", target: { type: "domain", id: "1" }, before: { role: "viewer" } },
  ];
  expect(events).toHaveLength(4);
});

// The factories for scripts/screens-seed.mjs. They are bundled, because a plain JavaScript script cannot import
// TypeScript.
export { insertInvitation } from "@/tests/support/factories/invitations";
export { insertPerson, insertSession } from "@/tests/support/factories/people";
export { insertMember, insertWorkspace } from "@/tests/support/factories/workspaces";

// What scripts/screens-seed.mjs writes its rows with: bundled, since a script in plain JavaScript cannot import TypeScript.
export { insertInvitation } from "@/tests/support/factories/invitations";
export { insertPerson, insertSession } from "@/tests/support/factories/people";
export { insertMember, insertWorkspace } from "@/tests/support/factories/workspaces";

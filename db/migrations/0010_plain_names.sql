ALTER TABLE "workspaces" RENAME COLUMN "keys_of_ended" TO "expired_member_key_action";--> statement-breakpoint
ALTER TABLE "workspaces" RENAME CONSTRAINT "workspaces_keys_of_ended" TO "workspaces_expired_member_key_action";--> statement-breakpoint
ALTER TABLE "passkey_challenges" RENAME CONSTRAINT "passkey_challenges_added_by_somebody" TO "passkey_challenges_added_by_a_person";--> statement-breakpoint
-- A database that is taken over does not say which functions were Atelier's. db/sql makes the trigger again with the new one.
DROP TRIGGER IF EXISTS "note_when_keys_stop" ON "workspaces";--> statement-breakpoint
DROP FUNCTION IF EXISTS "note_when_keys_of_ended_stop";

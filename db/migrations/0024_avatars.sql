CREATE TABLE "user_avatars" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"webp" "bytea" NOT NULL,
	CONSTRAINT "user_avatars_size" CHECK (octet_length("user_avatars"."webp") between 1 and 262144)
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "avatar" text;--> statement-breakpoint
ALTER TABLE "user_avatars" ADD CONSTRAINT "user_avatars_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_avatar" CHECK ("users"."avatar" is null or ("users"."avatar" ~ '^[A-Za-z0-9_-]{22}$' and "users"."deleted_at" is null));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON user_avatars TO atelier_app;
--> statement-breakpoint
ALTER TABLE user_avatars ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE user_avatars FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY own ON user_avatars USING (user_id = app_user_id()) WITH CHECK (user_id = app_user_id());
--> statement-breakpoint
-- Inside a workspace its members' as well. The inner query is itself under the policies of memberships.
CREATE POLICY visible_to_member ON user_avatars FOR SELECT USING (
  EXISTS (SELECT FROM memberships m WHERE m.workspace_id = app_workspace_id() AND m.user_id = user_avatars.user_id)
);
--> statement-breakpoint
-- Files that were for somebody alone who has deleted their account: nobody could see them any more, or delete them.
ALTER TABLE files NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
UPDATE files SET expires_at = now() WHERE visibility = 'user' AND deleted_at IS NULL
  AND (expires_at IS NULL OR expires_at > now()) AND uploaded_by IN (SELECT u.id FROM users u WHERE u.deleted_at IS NOT NULL);
--> statement-breakpoint
ALTER TABLE files FORCE ROW LEVEL SECURITY;

CREATE TABLE "file_totals" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"bytes" bigint NOT NULL,
	CONSTRAINT "file_totals_bytes" CHECK ("file_totals"."bytes" >= 0)
);
--> statement-breakpoint
ALTER TABLE "limit_requests" DROP CONSTRAINT "limit_requests_kind";--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_most_requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_most_tokens_per_minute" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_most_keys" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_most_members" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_most_file_megabytes" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_most_requests_per_minute" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_most_tokens_per_minute" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_most_keys" integer;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_most_file_megabytes" integer;--> statement-breakpoint
ALTER TABLE "file_totals" ADD CONSTRAINT "file_totals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_ceilings" CHECK (least(new_most_requests_per_minute, new_most_tokens_per_minute, new_most_members,
  personal_most_requests_per_minute, personal_most_tokens_per_minute) > 0
  and least(new_most_keys, new_most_file_megabytes, personal_most_keys, personal_most_file_megabytes) >= 0);--> statement-breakpoint
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_kind" CHECK ("limit_requests"."kind" in ('spend', 'rate', 'count', 'model'));--> statement-breakpoint
-- The owner of a table sees its rows only while that is not forbidden. A file that comes or goes meanwhile waits until the triggers are there.
LOCK TABLE files IN SHARE ROW EXCLUSIVE MODE;--> statement-breakpoint
ALTER TABLE files NO FORCE ROW LEVEL SECURITY;--> statement-breakpoint
INSERT INTO file_totals (workspace_id, bytes) SELECT workspace_id, sum(bytes) FROM files WHERE deleted_at IS NULL GROUP BY workspace_id;--> statement-breakpoint
ALTER TABLE files FORCE ROW LEVEL SECURITY;

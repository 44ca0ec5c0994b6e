CREATE TABLE "playground_presets" (
	"workspace_id" uuid NOT NULL,
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"instructions" text DEFAULT '' NOT NULL,
	"parameters" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"tools" text DEFAULT '' NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "playground_presets_name" CHECK (char_length("playground_presets"."name") between 1 and 60),
	CONSTRAINT "playground_presets_size" CHECK (char_length("playground_presets"."instructions") <= 20000 and char_length("playground_presets"."tools") <= 20000 and pg_column_size("playground_presets"."parameters") <= 500)
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "time_zone" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "locale" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "week_start" smallint;--> statement-breakpoint
ALTER TABLE "playground_presets" ADD CONSTRAINT "playground_presets_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "playground_presets" ADD CONSTRAINT "playground_presets_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "playground_presets_by_name" ON "playground_presets" USING btree ("workspace_id",lower("name") collate "C");--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_formats_length" CHECK (char_length("users"."time_zone") <= 64 and char_length("users"."locale") <= 35);--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_week_start" CHECK ("users"."week_start" in (1, 6, 7));
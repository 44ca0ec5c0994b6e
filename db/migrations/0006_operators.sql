CREATE TABLE "operators" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"added_by" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "operators_source" CHECK ("operators"."source" in ('first', 'environment', 'operator')),
	CONSTRAINT "operators_added_by" CHECK (("operators"."source" = 'operator') = ("operators"."added_by" is not null))
);
--> statement-breakpoint
ALTER TABLE "audit_events" DROP CONSTRAINT "audit_events_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "audit_seals" DROP CONSTRAINT "audit_seals_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "audit_unsealed" DROP CONSTRAINT "audit_unsealed_workspace_id_workspaces_id_fk";
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "of_workspace" uuid GENERATED ALWAYS AS (nullif(workspace_id, '00000000-0000-0000-0000-000000000000')) STORED;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deactivated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_added_by_users_id_fk" FOREIGN KEY ("added_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "operators_in_order" ON "operators" USING btree ("created_at","user_id");--> statement-breakpoint
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_of_workspace_workspaces_id_fk" FOREIGN KEY ("of_workspace") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;
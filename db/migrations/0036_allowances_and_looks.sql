CREATE TABLE "looks" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"operator_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "looks_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "looks_id_unique" UNIQUE("id"),
	CONSTRAINT "looks_status" CHECK ("looks"."status" in ('pending', 'granted', 'declined', 'withdrawn', 'ended')),
	CONSTRAINT "looks_reason" CHECK (char_length("looks"."reason") between 1 and 300),
	CONSTRAINT "looks_ends" CHECK (("looks"."ends_at" is not null) = ("looks"."status" in ('granted', 'ended')))
);
--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_models" text[];--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "new_providers" text[];--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_models" text[];--> statement-breakpoint
ALTER TABLE "instance_settings" ADD COLUMN "personal_providers" text[];--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "allowed_models" text[];--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "allowed_providers" text[];--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_operator_id_users_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "looks" ADD CONSTRAINT "looks_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "looks_one_pending" ON "looks" USING btree ("workspace_id","operator_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "looks_open" ON "looks" USING btree ("workspace_id","status","created_at");--> statement-breakpoint
CREATE INDEX "looks_of_operator" ON "looks" USING btree ("operator_id","created_at");--> statement-breakpoint
ALTER TABLE "instance_settings" ADD CONSTRAINT "instance_settings_allowed" CHECK (cardinality("instance_settings"."new_models") between 1 and 100 and cardinality("instance_settings"."new_providers") between 1 and 100
      and cardinality("instance_settings"."personal_models") between 1 and 100 and cardinality("instance_settings"."personal_providers") between 1 and 100);--> statement-breakpoint
ALTER TABLE "workspaces" ADD CONSTRAINT "workspaces_allowed" CHECK (cardinality("workspaces"."allowed_models") between 1 and 100 and cardinality("workspaces"."allowed_providers") between 1 and 100);
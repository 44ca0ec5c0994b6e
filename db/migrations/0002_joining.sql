CREATE TABLE "domains" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"domain" text NOT NULL,
	"mode" text NOT NULL,
	"proof" text NOT NULL,
	"status" text NOT NULL,
	"challenge" text NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"checked_at" timestamp with time zone,
	CONSTRAINT "domains_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "domains_id_unique" UNIQUE("id"),
	CONSTRAINT "domains_mode" CHECK ("domains"."mode" in ('join', 'request')),
	CONSTRAINT "domains_proof" CHECK ("domains"."proof" in ('dns', 'address')),
	CONSTRAINT "domains_status" CHECK ("domains"."status" in ('pending', 'verified', 'lapsed')),
	CONSTRAINT "domains_address_only_requests" CHECK ("domains"."proof" = 'dns' or "domains"."mode" = 'request'),
	CONSTRAINT "domains_canonical" CHECK ("domains"."domain" = lower("domains"."domain") and char_length("domains"."domain") <= 253)
);
--> statement-breakpoint
CREATE TABLE "invite_links" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"token_sealed" "bytea" NOT NULL,
	"role" text NOT NULL,
	"max_uses" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"domain" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "invite_links_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "invite_links_id_unique" UNIQUE("id"),
	CONSTRAINT "invite_links_tokenHash_unique" UNIQUE("token_hash"),
	CONSTRAINT "invite_links_role" CHECK ("invite_links"."role" in ('developer', 'billing', 'viewer')),
	CONSTRAINT "invite_links_uses" CHECK ("invite_links"."uses" between 0 and "invite_links"."max_uses" and "invite_links"."max_uses" between 1 and 1000)
);
--> statement-breakpoint
CREATE TABLE "join_requests" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "join_requests_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "join_requests_id_unique" UNIQUE("id"),
	CONSTRAINT "join_requests_status" CHECK ("join_requests"."status" in ('pending', 'approved', 'declined', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "rate_buckets" (
	"key" text PRIMARY KEY NOT NULL,
	"level" double precision NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "rate_buckets_key_length" CHECK (char_length("rate_buckets"."key") <= 400)
);
--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "is_join_page_open" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "domains" ADD CONSTRAINT "domains_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_requests" ADD CONSTRAINT "join_requests_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_requests" ADD CONSTRAINT "join_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "join_requests" ADD CONSTRAINT "join_requests_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "domains_once_each" ON "domains" USING btree ("workspace_id","domain");--> statement-breakpoint
CREATE UNIQUE INDEX "domains_one_holder" ON "domains" USING btree ("domain") WHERE status = 'verified';--> statement-breakpoint
CREATE INDEX "domains_due" ON "domains" USING btree ("checked_at") WHERE status = 'verified' and proof = 'dns';--> statement-breakpoint
CREATE UNIQUE INDEX "invite_links_one_open" ON "invite_links" USING btree ("workspace_id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "join_requests_one_pending" ON "join_requests" USING btree ("workspace_id","user_id") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "join_requests_of_person" ON "join_requests" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "rate_buckets_at_index" ON "rate_buckets" USING btree ("at");
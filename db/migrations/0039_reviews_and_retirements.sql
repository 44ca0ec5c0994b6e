CREATE TABLE "provider_outages" (
	"server" text PRIMARY KEY NOT NULL,
	"begun_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "model_retirements" (
	"workspace_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"announced_at" timestamp with time zone DEFAULT now() NOT NULL,
	"retires_at" timestamp with time zone NOT NULL,
	"successor" text,
	"afterwards" text NOT NULL,
	"rehearsal_ends_at" timestamp with time zone,
	"mailed_days" smallint,
	"mail_at" timestamp with time zone DEFAULT now(),
	"created_by" uuid NOT NULL,
	CONSTRAINT "model_retirements_workspace_id_model_id_pk" PRIMARY KEY("workspace_id","model_id"),
	CONSTRAINT "model_retirements_afterwards" CHECK ("model_retirements"."afterwards" in ('refuse', 'successor')),
	CONSTRAINT "model_retirements_successor" CHECK (("model_retirements"."afterwards" = 'refuse' or "model_retirements"."successor" is not null) and "model_retirements"."successor" <> "model_retirements"."model_id"),
	CONSTRAINT "model_retirements_mailed" CHECK ("model_retirements"."mailed_days" in (0, 14, 1)),
	CONSTRAINT "model_retirements_length" CHECK (char_length("model_retirements"."model_id") <= 256 and char_length("model_retirements"."successor") <= 256)
);
--> statement-breakpoint
CREATE TABLE "access_review_items" (
	"workspace_id" uuid NOT NULL,
	"review_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"person_id" uuid,
	"reasons" text[] NOT NULL,
	"role" text,
	"since" timestamp with time zone NOT NULL,
	"is_used" boolean NOT NULL,
	"warned_at" timestamp with time zone,
	"decision" text,
	"decided_by" uuid,
	"decided_at" timestamp with time zone,
	"ends_at_before" timestamp with time zone,
	"restored_at" timestamp with time zone,
	"restored_by" uuid,
	CONSTRAINT "access_review_items_workspace_id_review_id_kind_subject_pk" PRIMARY KEY("workspace_id","review_id","kind","subject"),
	CONSTRAINT "access_review_items_kind" CHECK ("access_review_items"."kind" in ('member', 'key')),
	CONSTRAINT "access_review_items_reasons" CHECK (cardinality("access_review_items"."reasons") between 1 and 4),
	CONSTRAINT "access_review_items_decision" CHECK ("access_review_items"."decision" in ('confirmed', 'removed', 'revoked', 'disabled', 'lapsed', 'active', 'gone', 'kept')),
	CONSTRAINT "access_review_items_decided" CHECK (("access_review_items"."decision" is null) = ("access_review_items"."decided_at" is null) and ("access_review_items"."restored_at" is null or "access_review_items"."decision" = 'lapsed'))
);
--> statement-breakpoint
CREATE TABLE "access_review_plans" (
	"workspace_id" uuid PRIMARY KEY NOT NULL,
	"next_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "access_reviews" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_by" uuid,
	"due_at" timestamp with time zone NOT NULL,
	"phase" text DEFAULT 'members' NOT NULL,
	"next_at" timestamp with time zone DEFAULT now(),
	"gathered_to" text,
	"is_cut" boolean DEFAULT false NOT NULL,
	"members" integer DEFAULT 0 NOT NULL,
	"keys" integer DEFAULT 0 NOT NULL,
	"undecided" integer DEFAULT 0 NOT NULL,
	"closed_at" timestamp with time zone,
	CONSTRAINT "access_reviews_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "access_reviews_id_unique" UNIQUE("id"),
	CONSTRAINT "access_reviews_phase" CHECK ("access_reviews"."phase" in ('members', 'keys', 'open', 'warning', 'warned', 'closed')),
	CONSTRAINT "access_reviews_closed" CHECK (("access_reviews"."phase" = 'closed') = ("access_reviews"."closed_at" is not null) and ("access_reviews"."closed_at" is null) = ("access_reviews"."next_at" is not null)),
	CONSTRAINT "access_reviews_counts" CHECK ("access_reviews"."members" >= 0 and "access_reviews"."keys" >= 0 and "access_reviews"."undecided" between 0 and "access_reviews"."members" + "access_reviews"."keys")
);
--> statement-breakpoint
DROP INDEX "memberships_ending";--> statement-breakpoint
ALTER TABLE "memberships" ADD COLUMN "restorable_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "model_retirements" ADD CONSTRAINT "model_retirements_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_retirements" ADD CONSTRAINT "model_retirements_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_person_id_users_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_decided_by_users_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_restored_by_users_id_fk" FOREIGN KEY ("restored_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_items" ADD CONSTRAINT "access_review_items_review" FOREIGN KEY ("workspace_id","review_id") REFERENCES "public"."access_reviews"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_review_plans" ADD CONSTRAINT "access_review_plans_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_reviews" ADD CONSTRAINT "access_reviews_started_by_users_id_fk" FOREIGN KEY ("started_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_retirements_mail" ON "model_retirements" USING btree ("mail_at") WHERE mail_at is not null;--> statement-breakpoint
CREATE INDEX "access_review_items_longest_unused" ON "access_review_items" USING btree ("workspace_id","review_id","kind","since","subject");--> statement-breakpoint
CREATE INDEX "access_review_plans_due" ON "access_review_plans" USING btree ("next_at");--> statement-breakpoint
CREATE UNIQUE INDEX "access_reviews_one_open" ON "access_reviews" USING btree ("workspace_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "access_reviews_newest" ON "access_reviews" USING btree ("workspace_id","started_at","id");--> statement-breakpoint
CREATE INDEX "access_reviews_due" ON "access_reviews" USING btree ("next_at");--> statement-breakpoint
CREATE INDEX "api_keys_of_maker" ON "api_keys" USING btree ("workspace_id","created_by");--> statement-breakpoint
CREATE INDEX "usage_hourly_of_route" ON "usage_hourly" USING btree ("workspace_id","route","hour") WHERE route is not null;--> statement-breakpoint
CREATE INDEX "memberships_ending" ON "memberships" USING btree (coalesce(restorable_until, ends_at)) WHERE ends_at is not null;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_restorable" CHECK ("memberships"."restorable_until" is null or "memberships"."ends_at" is not null);
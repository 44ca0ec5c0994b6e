CREATE TABLE "limit_requests" (
	"workspace_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"whose" text NOT NULL,
	"measure" text NOT NULL,
	"amount" bigint,
	"reason" text DEFAULT '' NOT NULL,
	"audience" text DEFAULT 'managers' NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	"settled_by" uuid,
	CONSTRAINT "limit_requests_workspace_id_id_pk" PRIMARY KEY("workspace_id","id"),
	CONSTRAINT "limit_requests_id_unique" UNIQUE("id"),
	CONSTRAINT "limit_requests_kind" CHECK ("limit_requests"."kind" in ('spend', 'rate', 'model')),
	CONSTRAINT "limit_requests_audience" CHECK ("limit_requests"."audience" = 'managers' or ("limit_requests"."audience" = 'operators' and "limit_requests"."whose" = 'ceiling')),
	CONSTRAINT "limit_requests_status" CHECK ("limit_requests"."status" in ('pending', 'approved', 'declined', 'withdrawn')),
	CONSTRAINT "limit_requests_amount" CHECK (("limit_requests"."amount" is null) = ("limit_requests"."kind" = 'model') and "limit_requests"."amount" >= 0),
	CONSTRAINT "limit_requests_reason" CHECK (char_length("limit_requests"."reason") <= 500)
);
--> statement-breakpoint
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_settled_by_users_id_fk" FOREIGN KEY ("settled_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "limit_requests_one_pending" ON "limit_requests" USING btree ("workspace_id","user_id","kind","whose","measure") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "limit_requests_waiting" ON "limit_requests" USING btree ("workspace_id","created_at") WHERE status = 'pending';--> statement-breakpoint
CREATE INDEX "limit_requests_for_operators" ON "limit_requests" USING btree ("created_at") WHERE status = 'pending' and audience = 'operators';--> statement-breakpoint
CREATE INDEX "limit_requests_of_member" ON "limit_requests" USING btree ("workspace_id","user_id","created_at");
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
ALTER TABLE "model_retirements" ADD CONSTRAINT "model_retirements_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "model_retirements" ADD CONSTRAINT "model_retirements_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "model_retirements_mail" ON "model_retirements" USING btree ("mail_at") WHERE mail_at is not null;--> statement-breakpoint
CREATE INDEX "usage_hourly_of_route" ON "usage_hourly" USING btree ("workspace_id","route","hour") WHERE route is not null;
CREATE TABLE "limit_raises" (
	"workspace_id" uuid NOT NULL,
	"whose" text NOT NULL,
	"span" text NOT NULL,
	"amount" bigint NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	CONSTRAINT "limit_raises_workspace_id_whose_span_pk" PRIMARY KEY("workspace_id","whose","span"),
	CONSTRAINT "limit_raises_span" CHECK ("limit_raises"."span" in ('day', 'week', 'month', 'total')),
	CONSTRAINT "limit_raises_not_negative" CHECK ("limit_raises"."amount" >= 0)
);
--> statement-breakpoint
ALTER TABLE "spend_alerts" ADD COLUMN "whose" text DEFAULT 'workspace' NOT NULL;--> statement-breakpoint
ALTER TABLE "spend_alerts" ADD COLUMN "span" text DEFAULT 'month' NOT NULL;--> statement-breakpoint
ALTER TABLE "spend_alerts" DROP CONSTRAINT "spend_alerts_workspace_id_period_threshold_pk";--> statement-breakpoint
ALTER TABLE "spend_alerts" ADD CONSTRAINT "spend_alerts_workspace_id_whose_span_period_threshold_pk" PRIMARY KEY("workspace_id","whose","span","period","threshold");--> statement-breakpoint
ALTER TABLE "limit_raises" ADD CONSTRAINT "limit_raises_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;
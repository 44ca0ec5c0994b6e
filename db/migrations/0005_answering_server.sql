ALTER TABLE "usage_ledger" ADD COLUMN "model_server" text;--> statement-breakpoint
ALTER TABLE "usage_ledger" ADD COLUMN "failover" text;
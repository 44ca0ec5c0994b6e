ALTER TABLE "instance_providers" ADD COLUMN "endpoints" text[];--> statement-breakpoint
ALTER TABLE "workspace_providers" ADD COLUMN "endpoints" text[];
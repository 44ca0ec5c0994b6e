ALTER TABLE "models" ADD COLUMN "archived_by_admin" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "visibility_by_admin" boolean DEFAULT false NOT NULL;
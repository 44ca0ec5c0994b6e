DROP INDEX "workspaces_by_name";--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "name_key" text GENERATED ALWAYS AS (lower(name)) STORED;--> statement-breakpoint
CREATE INDEX "workspaces_by_slug" ON "workspaces" USING btree ("slug" collate "C");--> statement-breakpoint
CREATE INDEX "workspaces_by_name" ON "workspaces" USING btree ("name_key" collate "C","id");
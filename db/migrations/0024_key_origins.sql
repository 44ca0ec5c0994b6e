ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_lists";--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "origins" text[];--> statement-breakpoint
CREATE INDEX "api_keys_with_origins" ON "api_keys" USING btree ("workspace_id") WHERE origins is not null;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_lists" CHECK (coalesce(cardinality("api_keys"."models"), 1) between 1 and 100 and coalesce(cardinality("api_keys"."ip_ranges"), 1) between 1 and 50 and coalesce(cardinality("api_keys"."origins"), 1) between 1 and 20);
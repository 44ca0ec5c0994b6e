DROP INDEX "domains_one_holder";--> statement-breakpoint
CREATE UNIQUE INDEX "domains_one_by_record" ON "domains" USING btree ("domain") WHERE status = 'verified' and proof = 'dns';--> statement-breakpoint
CREATE UNIQUE INDEX "domains_one_by_address" ON "domains" USING btree ("domain") WHERE status = 'verified' and proof = 'address';
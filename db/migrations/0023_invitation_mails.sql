ALTER TABLE "invitations" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "invitations" ADD COLUMN "reported_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "invitations_to_remind_of" ON "invitations" USING btree ("expires_at") WHERE status = 'pending' and reminded_at is null;--> statement-breakpoint
CREATE INDEX "invitations_reported" ON "invitations" USING btree ("workspace_id","email") WHERE reported_at is not null;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_reported_is_declined" CHECK ("invitations"."reported_at" is null or "invitations"."status" = 'declined');--> statement-breakpoint
-- The job looks in every workspace for the invitations it has to remind of, and sees no more than that; it reminds inside each.
CREATE POLICY visible_to_job ON invitations FOR SELECT USING (
  current_setting('app.job', true) = 'invitation-reminders' AND status = 'pending' AND reminded_at IS NULL
  AND expires_at > now() AND expires_at <= now() + interval '2 days'
);

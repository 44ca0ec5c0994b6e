ALTER TABLE "usage_daily" DROP CONSTRAINT "usage_daily_once";--> statement-breakpoint
ALTER TABLE "usage_hourly" DROP CONSTRAINT "usage_hourly_once";--> statement-breakpoint
ALTER TABLE "usage_daily" ADD COLUMN "operation" text;--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD COLUMN "operation" text;--> statement-breakpoint
ALTER TABLE "usage_daily" ADD CONSTRAINT "usage_daily_once" UNIQUE NULLS NOT DISTINCT("workspace_id","day","model","key_id","member_id","route","tags","operation");--> statement-breakpoint
ALTER TABLE "usage_hourly" ADD CONSTRAINT "usage_hourly_once" UNIQUE NULLS NOT DISTINCT("workspace_id","hour","model","key_id","member_id","route","tags","operation");
CREATE TABLE "key_footprints" (
	"workspace_id" uuid NOT NULL,
	"key_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"first_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "key_footprints_workspace_id_key_id_kind_value_pk" PRIMARY KEY("workspace_id","key_id","kind","value"),
	CONSTRAINT "key_footprints_kind" CHECK ("key_footprints"."kind" in ('scope', 'model', 'address')),
	CONSTRAINT "key_footprints_value_length" CHECK (char_length("key_footprints"."value") between 1 and 256)
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "footprint_since" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD COLUMN "narrowed_from" jsonb;--> statement-breakpoint
ALTER TABLE "key_footprints" ADD CONSTRAINT "key_footprints_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "key_footprints" ADD CONSTRAINT "key_footprints_key" FOREIGN KEY ("workspace_id","key_id") REFERENCES "public"."api_keys"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "key_footprints_last" ON "key_footprints" USING btree ("last_at");
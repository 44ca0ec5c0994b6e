CREATE TABLE "former_members" (
	"workspace_id" uuid NOT NULL,
	"mark" "bytea" NOT NULL,
	"must_ask" boolean NOT NULL,
	"ends_at" timestamp with time zone,
	"left_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "former_members_workspace_id_mark_pk" PRIMARY KEY("workspace_id","mark"),
	CONSTRAINT "former_members_mark" CHECK (octet_length("former_members"."mark") = 32),
	CONSTRAINT "former_members_worth_keeping" CHECK ("former_members"."must_ask" or "former_members"."ends_at" is not null)
);
--> statement-breakpoint
ALTER TABLE "join_requests" ADD COLUMN "is_former_member" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "former_members" ADD CONSTRAINT "former_members_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "former_members_latest" ON "former_members" USING btree ("workspace_id","left_at");--> statement-breakpoint
CREATE INDEX "former_members_oldest" ON "former_members" USING btree ("left_at");
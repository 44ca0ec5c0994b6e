CREATE TABLE "audit_seals" (
	"workspace_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"event_id" uuid NOT NULL,
	"hash" "bytea" NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "audit_seals_workspace_id_sequence_pk" PRIMARY KEY("workspace_id","sequence"),
	CONSTRAINT "audit_seals_one_of_event" UNIQUE("workspace_id","event_id"),
	CONSTRAINT "audit_seals_form" CHECK ("audit_seals"."sequence" > 0 and octet_length("audit_seals"."hash") = 32)
);
--> statement-breakpoint
CREATE TABLE "audit_unsealed" (
	"workspace_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"event_id" uuid NOT NULL,
	CONSTRAINT "audit_unsealed_workspace_id_at_event_id_pk" PRIMARY KEY("workspace_id","at","event_id")
);
--> statement-breakpoint
DROP INDEX "audit_events_of_target";--> statement-breakpoint
ALTER TABLE "audit_events" ALTER COLUMN "at" SET DEFAULT clock_timestamp();--> statement-breakpoint
ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_event" FOREIGN KEY ("workspace_id","event_id") REFERENCES "public"."audit_events"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_unsealed" ADD CONSTRAINT "audit_unsealed_workspace_id_workspaces_id_fk" FOREIGN KEY ("workspace_id") REFERENCES "public"."workspaces"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_unsealed" ADD CONSTRAINT "audit_unsealed_event" FOREIGN KEY ("workspace_id","event_id") REFERENCES "public"."audit_events"("workspace_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_by_actor" ON "audit_events" USING btree ("workspace_id","actor_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_actor_and_action" ON "audit_events" USING btree ("workspace_id","actor_id","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_action" ON "audit_events" USING btree ("workspace_id","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_type" ON "audit_events" USING btree ("workspace_id","target_type","action","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_of_target" ON "audit_events" USING btree ("workspace_id","target_id" collate "C","at","id");
--> statement-breakpoint
GRANT SELECT, INSERT ON audit_seals TO atelier_app;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON audit_unsealed TO atelier_app;
--> statement-breakpoint
DO $$
DECLARE
  tenant_table text;
BEGIN
  FOREACH tenant_table IN ARRAY ARRAY['audit_seals', 'audit_unsealed'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %I USING (workspace_id = app_workspace_id()) WITH CHECK (workspace_id = app_workspace_id())', tenant_table);
  END LOOP;
END $$;
--> statement-breakpoint
-- The job that seals looks in every workspace for what is not sealed, and sees no more than that something is.
CREATE POLICY visible_to_job ON audit_unsealed FOR SELECT USING (current_setting('app.job', true) = 'audit-seal');
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals EXECUTE FUNCTION refuse_rewriting_history();
--> statement-breakpoint
CREATE FUNCTION await_audit_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_unsealed (workspace_id, at, event_id) VALUES (NEW.workspace_id, NEW.at, NEW.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER await_seal AFTER INSERT ON audit_events FOR EACH ROW EXECUTE FUNCTION await_audit_seal();
--> statement-breakpoint
-- What was there before the chain is where it begins.
INSERT INTO audit_unsealed (workspace_id, at, event_id) SELECT workspace_id, at, id FROM audit_events;

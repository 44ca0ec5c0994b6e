ALTER TABLE "models" DROP CONSTRAINT "models_id_unique";--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "moved_to" uuid;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "lineage" jsonb;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "erase_after" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "models_one_id" ON "models" USING btree ("id") WHERE moved_to is null;--> statement-breakpoint
CREATE UNIQUE INDEX "models_registered_once" ON "models" USING btree ("upstream") WHERE deleted_at is null and origin = 'registered';--> statement-breakpoint
CREATE INDEX "models_to_erase" ON "models" USING btree ("erase_after") WHERE erase_after is not null;--> statement-breakpoint
CREATE INDEX "usage_hourly_of_model" ON "usage_hourly" USING btree ("workspace_id","model","hour");--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_moved_is_gone" CHECK ("models"."moved_to" is null or "models"."deleted_at" is not null);
--> statement-breakpoint
-- A share is of a workspace's model, not of whatever has its id: a model that moved leaves its shares behind.
DROP POLICY shared ON models;
--> statement-breakpoint
CREATE POLICY shared ON models FOR SELECT USING (
  deleted_at IS NULL AND archived_at IS NULL
  AND (workspace_id, id) IN (SELECT s.workspace_id, s.model_id FROM model_shares s WHERE s.to_workspace_id = app_workspace_id())
);
--> statement-breakpoint
-- Either side of a share sees what the other is called.
CREATE POLICY visible_to_sharer ON workspaces FOR SELECT USING (
  deleted_at IS NULL AND (
    id IN (SELECT s.workspace_id FROM model_shares s WHERE s.to_workspace_id = app_workspace_id())
    OR id IN (SELECT s.to_workspace_id FROM model_shares s WHERE s.workspace_id = app_workspace_id())
  )
);
--> statement-breakpoint
-- The job that deletes models at their model servers looks in every workspace for those, and sees no more than that.
CREATE POLICY visible_to_job ON models FOR SELECT USING (
  current_setting('app.job', true) = 'models' AND erase_after <= now()
);
--> statement-breakpoint
-- Instances remember which models a workspace may use. Whatever changes that is announced to all of them as it commits, on
-- the channel on which they hear of keys: one sign that it is heard does for both.
CREATE FUNCTION announce_models(of_workspace uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_notify('atelier_keys', 'models ' || of_workspace);
$$;
--> statement-breakpoint
CREATE FUNCTION announce_model_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed models := coalesce(NEW, OLD);
BEGIN
  PERFORM announce_models(changed.workspace_id);
  PERFORM announce_models(s.to_workspace_id) FROM model_shares s
    WHERE s.workspace_id = changed.workspace_id AND s.model_id = changed.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON models FOR EACH ROW EXECUTE FUNCTION announce_model_change();
--> statement-breakpoint
CREATE FUNCTION announce_share_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM announce_models(OLD.to_workspace_id);
  END IF;
  IF TG_OP <> 'DELETE' THEN
    PERFORM announce_models(NEW.to_workspace_id);
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON model_shares FOR EACH ROW EXECUTE FUNCTION announce_share_change();
--> statement-breakpoint
-- Whom a model is for: the members it names, and whoever is a member at all.
CREATE FUNCTION announce_people_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models((coalesce(NEW, OLD)).workspace_id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_change AFTER INSERT OR UPDATE OR DELETE ON model_members FOR EACH ROW EXECUTE FUNCTION announce_people_change();
--> statement-breakpoint
CREATE TRIGGER announce_models AFTER INSERT OR DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION announce_people_change();
--> statement-breakpoint
-- Whoever is removed is named no more: should they come back, they are asked for anew.
CREATE FUNCTION forget_member_of_models() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM model_members n WHERE n.workspace_id = OLD.workspace_id AND n.user_id = OLD.user_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER forget_member_of_models AFTER DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION forget_member_of_models();
--> statement-breakpoint
-- What a workspace shares ends with it.
CREATE FUNCTION announce_ended_workspace() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM announce_models(s.to_workspace_id) FROM model_shares s WHERE s.workspace_id = NEW.id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER announce_models AFTER UPDATE ON workspaces FOR EACH ROW
  WHEN (OLD.deleted_at IS DISTINCT FROM NEW.deleted_at) EXECUTE FUNCTION announce_ended_workspace();

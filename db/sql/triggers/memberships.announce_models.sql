CREATE OR REPLACE TRIGGER announce_models AFTER INSERT OR DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION announce_people_change();

CREATE OR REPLACE TRIGGER forget_member_of_models AFTER DELETE ON memberships FOR EACH ROW EXECUTE FUNCTION forget_member_of_models();

-- Where passkeys are required of a person, the step that a session still needs which did not begin with a passkey:
-- `add` one, or `use` one. NULL: none. People who must sign in through a provider cannot use passkeys, so they need
-- none. A personal workspace does not make its only member an Admin in this sense; Admins of deleted workspaces
-- count, because they can restore them. The break-glass operator need not add a passkey, because they may have lost
-- theirs, but has to use one that they have.
CREATE OR REPLACE FUNCTION passkey_step(person uuid, session_provider text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  settings instance_settings;
  user_before CONSTANT text := coalesce(current_setting('app.user_id', true), '');
  deleted_before CONSTANT text := coalesce(current_setting('app.deleted_workspaces', true), '');
  is_asked boolean;
BEGIN
  SELECT * INTO settings FROM instance_settings;
  IF settings.passkeys_required_of = 'none' THEN
    RETURN NULL;
  END IF;
  IF session_provider IS NOT NULL AND EXISTS (SELECT FROM users u
    JOIN sign_in_rules r ON r.domain = substring(u.email from '[^@]*$') WHERE u.id = person AND r.provider = session_provider) THEN
    RETURN NULL;
  END IF;
  is_asked := settings.passkeys_required_of = 'all' OR EXISTS (SELECT FROM operators o WHERE o.user_id = person);
  IF NOT is_asked AND settings.passkeys_required_of = 'admins' THEN
    PERFORM set_config('app.user_id', person::text, true), set_config('app.deleted_workspaces', 'mine', true);
    is_asked := EXISTS (SELECT FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
      WHERE m.user_id = person AND m.role = 'admin' AND w.kind = 'organization'
        AND (w.deleted_at IS NULL OR (w.purge_begun_at IS NULL AND w.deleted_at > now() - interval '30 days')));
    PERFORM set_config('app.user_id', user_before, true), set_config('app.deleted_workspaces', deleted_before, true);
  END IF;
  RETURN CASE
    WHEN NOT is_asked THEN NULL
    WHEN EXISTS (SELECT FROM passkeys p WHERE p.user_id = person) THEN 'use'
    WHEN settings.break_glass IS NOT DISTINCT FROM person THEN NULL
    ELSE 'add' END;
END $$;

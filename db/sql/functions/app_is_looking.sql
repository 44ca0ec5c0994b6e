-- Whether the person of the transaction is an operator who may look inside the transaction's workspace now.
CREATE OR REPLACE FUNCTION app_is_looking() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT app_is_operator() AND EXISTS (SELECT FROM looks l
    WHERE l.workspace_id = app_workspace_id() AND l.operator_id = app_user_id() AND l.status = 'granted' AND l.ends_at > now())
$$;

type Entry = {
  /** The kind of thing that the action changes. */
  target: string;
  /** What is shown after the name of the person who did it; the braces are the thing. */
  sentence: string;
};

/** Every action of the audit log. An action that is not listed here does not compile. */
export const auditActions = {
  "audit.exported": { target: "workspace", sentence: "downloaded the audit log" },
  "audit.verified": { target: "workspace", sentence: "verified the audit log" },
  "domain.added": { target: "domain", sentence: "added the domain {}" },
  "domain.lapsed": { target: "domain", sentence: "found that the proof of the domain {} is gone" },
  "domain.mode_changed": { target: "domain", sentence: "changed how people join by the domain {}" },
  "domain.removed": { target: "domain", sentence: "removed the domain {}" },
  "domain.verified": { target: "domain", sentence: "verified the domain {}" },
  "file.deleted": { target: "file", sentence: "deleted the file {}" },
  "file.expired": { target: "file", sentence: "deleted the file {}, which had expired" },
  "file.uploaded": { target: "file", sentence: "uploaded the file {}" },
  "fine_tuning.cancel_requested": {
    target: "fine_tuning_job",
    sentence: "requested the cancellation of the fine-tuning job {}",
  },
  "fine_tuning.cancelled": { target: "fine_tuning_job", sentence: "ended the fine-tuning job {}, which was cancelled" },
  "fine_tuning.created": { target: "fine_tuning_job", sentence: "created the fine-tuning job {}" },
  "fine_tuning.failed": { target: "fine_tuning_job", sentence: "ended the fine-tuning job {}, which failed" },
  "fine_tuning.started": { target: "fine_tuning_job", sentence: "started the fine-tuning job {}" },
  "fine_tuning.succeeded": { target: "fine_tuning_job", sentence: "finished the fine-tuning job {}" },
  "invitation.accepted": { target: "member", sentence: "accepted an invitation" },
  "invitation.created": { target: "invitation", sentence: "invited {}" },
  "invitation.declined": { target: "invitation", sentence: "declined an invitation" },
  "invitation.declined_by_mail": {
    target: "invitation",
    sentence: "ended the invitation of {}, declined by the link in its mail",
  },
  "invitation.link_made": { target: "invitation", sentence: "made a link for the invitation of {}" },
  "invitation.reported": { target: "invitation", sentence: "reported an invitation as unwanted" },
  "invitation.reported_by_mail": {
    target: "invitation",
    sentence: "ended the invitation of {}, reported as unwanted by the link in its mail",
  },
  "invitation.resent": { target: "invitation", sentence: "sent the invitation of {} again" },
  "invitation.revoked": { target: "invitation", sentence: "revoked the invitation of {}" },
  "invite_link.ended": { target: "workspace", sentence: "disabled the invite link" },
  "invite_link.made": { target: "workspace", sentence: "made an invite link" },
  "invite_link.replaced": { target: "workspace", sentence: "replaced the invite link" },
  "join_page.closed": { target: "workspace", sentence: "closed the join page" },
  "join_page.opened": { target: "workspace", sentence: "opened the join page" },
  "join_request.approved": { target: "member", sentence: "approved the request of {} to join" },
  "join_request.declined": { target: "member", sentence: "declined the request of {} to join" },
  "join_request.made": { target: "member", sentence: "asked to join" },
  "join_request.withdrawn": { target: "member", sentence: "withdrew their request to join" },
  "key.created": { target: "key", sentence: "created the key {}" },
  "key.disabled": { target: "key", sentence: "disabled the key {}" },
  "key.enabled": { target: "key", sentence: "enabled the key {}" },
  "key.kept": { target: "key", sentence: "kept the key {}" },
  "key.leaked": { target: "key", sentence: "disabled the key {}, which was found in public" },
  "key.policy_changed": { target: "workspace", sentence: "changed how long keys may live" },
  "key.restored": { target: "key", sentence: "restored the key {}" },
  "key.revoked": { target: "key", sentence: "revoked the key {}" },
  "key.rotated": { target: "key", sentence: "rotated the key {}" },
  "key.updated": { target: "key", sentence: "updated the key {}" },
  "member.end_changed": { target: "member", sentence: "changed the end of the membership of {}" },
  "member.ended": { target: "member", sentence: "ended the membership of {}, whose last day had passed" },
  "member.joined_by_domain": { target: "member", sentence: "joined by their e-mail domain" },
  "member.joined_by_link": { target: "member", sentence: "joined by the invite link" },
  "member.left": { target: "member", sentence: "left" },
  "member.limit_removed": { target: "member", sentence: "removed the monthly limit of {}" },
  "member.limit_set": { target: "member", sentence: "set the monthly limit of {}" },
  "member.removed": { target: "member", sentence: "removed {}" },
  "member.role_changed": { target: "member", sentence: "changed the role of {}" },
  "model.archived": { target: "model", sentence: "archived the model {}" },
  "model.restored": { target: "model", sentence: "restored the model {}" },
  "model.updated": { target: "model", sentence: "changed the model {}" },
  "model.deleted": { target: "model", sentence: "deleted the model {}" },
  "model.reassigned": { target: "model", sentence: "reassigned the model {}" },
  "model.moved_away": { target: "model", sentence: "moved the model {} to another workspace" },
  "model.moved_here": { target: "model", sentence: "moved the model {} here from another workspace" },
  "model.shared": { target: "model", sentence: "shared the model {}" },
  "model.shared_here": { target: "model", sentence: "shared the model {} with this workspace" },
  "model.share_ended_here": { target: "model", sentence: "ended sharing the model {} with this workspace" },
  "model.created": { target: "model", sentence: "created the model {}" },
  "model.registered": { target: "model", sentence: "registered the model {}" },
  "model.share_ended": { target: "model", sentence: "ended sharing the model {}" },
  "model.visibility_changed": { target: "model", sentence: "changed who sees the model {}" },
  "permission.refused": { target: "procedure", sentence: "was refused {} for their role" },
  "rate_limit.removed": { target: "rate_limit", sentence: "removed the rate limit of {}" },
  "rate_limit.set": { target: "rate_limit", sentence: "set the rate limit of {}" },
  "role_request.approved": { target: "member", sentence: "approved the request of {} for another role" },
  "role_request.declined": { target: "member", sentence: "declined the request of {} for another role" },
  "role_request.made": { target: "member", sentence: "asked for another role" },
  "role_request.withdrawn": { target: "member", sentence: "withdrew a request for another role" },
  "spend.alerted": { target: "workspace", sentence: "mailed the Admins how much of the monthly limit is spent" },
  "spend.alerts_changed": { target: "workspace", sentence: "changed at which shares of the limit mails are sent" },
  "spend.limit_removed": { target: "workspace", sentence: "removed the workspace's monthly limit" },
  "spend.limit_set": { target: "workspace", sentence: "set the workspace's monthly limit" },
  "workspace.created": { target: "workspace", sentence: "created the workspace {}" },
  "workspace.deleted": { target: "workspace", sentence: "deleted the workspace {}" },
  "workspace.icon_changed": { target: "workspace", sentence: "changed the icon of the workspace {}" },
  "workspace.keys_of_ended_changed": {
    target: "workspace",
    sentence: "changed the action for keys of members who leave",
  },
  "workspace.policy_changed": { target: "workspace", sentence: "changed the policy of the workspace {}" },
  "workspace.purged": { target: "workspace", sentence: "purged the workspace {}" },
  "workspace.renamed": { target: "workspace", sentence: "renamed the workspace {}" },
  "workspace.restored": { target: "workspace", sentence: "restored the workspace {}" },
  "workspace.slug_changed": { target: "workspace", sentence: "changed the address of the workspace {}" },
} as const satisfies Record<string, Entry>;

export type AuditAction = keyof typeof auditActions;

/** The kind of thing that an action changes. */
export type AuditTarget<Action extends AuditAction = AuditAction> = (typeof auditActions)[Action]["target"];

/** The actions on things of one kind. */
export type ActionOn<Target extends AuditTarget> = {
  [A in AuditAction]: AuditTarget<A> extends Target ? A : never;
}[AuditAction];

/** The procedures that can be called without a session. Adding to this list is a decision; anything else that answers without one is a defect. */
export const publicProcedures = [
  // For these, the sealed link in a mail is the permission.
  ...["invitations.declineByMail", "invitations.inspectByMail", "invitations.reportByMail"],
  ...["mailbox.get", "mailbox.isOpen", "mailbox.list"],
];

/** The procedures that can be called without a session. Adding to this list is a decision; anything else that answers without one is a defect. */
export const publicProcedures = [
  // A mail's sealed link is who may.
  ...["invitations.declineByMail", "invitations.inspectByMail", "invitations.reportByMail"],
  ...["mailbox.get", "mailbox.isOpen", "mailbox.list"],
];

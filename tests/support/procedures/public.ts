/** What anybody may call without a session. Adding to this list is a decision; anything else that answers a stranger is a hole. */
export const publicProcedures = [
  // A mail's sealed link is who may.
  ...["invitations.declineByMail", "invitations.inspectByMail", "invitations.reportByMail"],
  ...["mailbox.get", "mailbox.isOpen", "mailbox.list"],
];

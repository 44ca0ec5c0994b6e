import type { ReactElement } from "react";
import Invitation, { type InvitationProps, subject as invitationSubject } from "@/emails/invitation";
import SignIn, { type SignInProps, subject as signInSubject } from "@/emails/sign-in";

/** Every mail there is, by name, with what it says. Props survive JSON: moments are ISO strings. */
export type Templates = {
  "sign-in": SignInProps;
  invitation: Omit<InvitationProps, "expiresAt"> & { expiresAt: string };
};

/** How a template becomes a mail: its subject, and its body as an element. */
export const templates: {
  [Name in keyof Templates]: (props: Templates[Name]) => { subject: string; body: ReactElement };
} = {
  "sign-in": (props) => ({ subject: signInSubject(props), body: SignIn(props) }),
  invitation: ({ expiresAt, ...rest }) => {
    const props = { ...rest, expiresAt: new Date(expiresAt) };
    return { subject: invitationSubject(props), body: Invitation(props) };
  },
};

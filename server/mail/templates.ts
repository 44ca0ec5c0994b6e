import type { ReactElement } from "react";
import AccessReview, { type AccessReviewProps, subject as accessReviewSubject } from "@/emails/access-review";
import AccessReviewWarning, {
  type AccessReviewWarningProps,
  subject as accessReviewWarningSubject,
} from "@/emails/access-review-warning";
import AccountNotice, { type AccountNoticeProps, subject as accountNoticeSubject } from "@/emails/account-notice";
import ConfirmAddress, { type ConfirmAddressProps, subject as confirmAddressSubject } from "@/emails/confirm-address";
import DomainLapsed, { type DomainLapsedProps, subject as domainLapsedSubject } from "@/emails/domain-lapsed";
import Invitation, { type InvitationProps, subject as invitationSubject } from "@/emails/invitation";
import InvitationAccepted, {
  type InvitationAcceptedProps,
  subject as invitationAcceptedSubject,
} from "@/emails/invitation-accepted";
import InvitationReminder, {
  type InvitationReminderProps,
  subject as invitationReminderSubject,
} from "@/emails/invitation-reminder";
import InvitationReported, {
  type InvitationReportedProps,
  subject as invitationReportedSubject,
} from "@/emails/invitation-reported";
import JoinRequest, { type JoinRequestProps, subject as joinRequestSubject } from "@/emails/join-request";
import KeyExpiring, { type KeyExpiringProps, subject as keyExpiringSubject } from "@/emails/key-expiring";
import KeyLeaked, { type KeyLeakedProps, subject as keyLeakedSubject } from "@/emails/key-leaked";
import KeyRotated, { type KeyRotatedProps, subject as keyRotatedSubject } from "@/emails/key-rotated";
import KeysLeft, { type KeysLeftProps, subject as keysLeftSubject } from "@/emails/keys-left";
import LimitAnswered, { type LimitAnsweredProps, subject as limitAnsweredSubject } from "@/emails/limit-answered";
import LimitRequest, { type LimitRequestProps, subject as limitRequestSubject } from "@/emails/limit-request";
import LookAnswered, { type LookAnsweredProps, subject as lookAnsweredSubject } from "@/emails/look-answered";
import LookRequest, { type LookRequestProps, subject as lookRequestSubject } from "@/emails/look-request";
import MemberByGroup, { type MemberByGroupProps, subject as memberByGroupSubject } from "@/emails/member-by-group";
import MemberJoined, { type MemberJoinedProps, subject as memberJoinedSubject } from "@/emails/member-joined";
import MemberRemoved, { type MemberRemovedProps, subject as memberRemovedSubject } from "@/emails/member-removed";
import MembershipEnding, {
  type MembershipEndingProps,
  subject as membershipEndingSubject,
} from "@/emails/membership-ending";
import ModelRetiring, { type ModelRetiringProps, subject as modelRetiringSubject } from "@/emails/model-retiring";
import NewDevice, { type NewDeviceProps, subject as newDeviceSubject } from "@/emails/new-device";
import ProviderOut, { type ProviderOutProps, subject as providerOutSubject } from "@/emails/provider-out";
import RequestAnswered, {
  type RequestAnsweredProps,
  subject as requestAnsweredSubject,
} from "@/emails/request-answered";
import RoleAnswered, { type RoleAnsweredProps, subject as roleAnsweredSubject } from "@/emails/role-answered";
import RoleChanged, { type RoleChangedProps, subject as roleChangedSubject } from "@/emails/role-changed";
import RoleRequest, { type RoleRequestProps, subject as roleRequestSubject } from "@/emails/role-request";
import SignIn, { type SignInProps, subject as signInSubject } from "@/emails/sign-in";
import SignInRefused, { type SignInRefusedProps, subject as signInRefusedSubject } from "@/emails/sign-in-refused";
import SpendAlert, { type SpendAlertProps, subject as spendAlertSubject } from "@/emails/spend-alert";
import TestMail, { type TestMailProps, subject as testMailSubject } from "@/emails/test-mail";
import WorkspaceDeleted, {
  type WorkspaceDeletedProps,
  subject as workspaceDeletedSubject,
} from "@/emails/workspace-deleted";
import WorkspaceRestored, {
  type WorkspaceRestoredProps,
  subject as workspaceRestoredSubject,
} from "@/emails/workspace-restored";

/** The props of every mail, by the name of its template. Props are stored as JSON, so moments are ISO strings. */
export type Templates = {
  "sign-in": SignInProps;
  "sign-in-refused": SignInRefusedProps;
  "confirm-address": ConfirmAddressProps;
  "access-review": Omit<AccessReviewProps, "dueAt"> & { dueAt: string };
  "access-review-warning": Omit<AccessReviewWarningProps, "dueAt"> & { dueAt: string };
  "account-notice": AccountNoticeProps;
  "new-device": Omit<NewDeviceProps, "at"> & { at: string };
  invitation: Omit<InvitationProps, "expiresAt" | "endsAt"> & { expiresAt: string; endsAt?: string | null };
  "invitation-reminder": Omit<InvitationReminderProps, "expiresAt"> & { expiresAt: string };
  "invitation-accepted": InvitationAcceptedProps;
  "invitation-reported": InvitationReportedProps;
  "member-by-group": MemberByGroupProps;
  "member-joined": MemberJoinedProps;
  "member-removed": MemberRemovedProps;
  "role-changed": RoleChangedProps;
  "join-request": JoinRequestProps;
  "request-answered": RequestAnsweredProps;
  "domain-lapsed": DomainLapsedProps;
  "key-expiring": Omit<KeyExpiringProps, "expiresAt"> & { expiresAt: string };
  "key-leaked": KeyLeakedProps;
  "key-rotated": Omit<KeyRotatedProps, "endsAt"> & { endsAt: string | null };
  "keys-left": KeysLeftProps;
  "membership-ending": Omit<MembershipEndingProps, "endsAt"> & { endsAt: string };
  "model-retiring": Omit<ModelRetiringProps, "retiresAt"> & { retiresAt: string };
  "look-answered": LookAnsweredProps;
  "look-request": LookRequestProps;
  "role-request": RoleRequestProps;
  "role-answered": RoleAnsweredProps;
  "limit-answered": LimitAnsweredProps;
  "limit-request": LimitRequestProps;
  "spend-alert": SpendAlertProps;
  "provider-out": ProviderOutProps;
  "test-mail": TestMailProps;
  "workspace-deleted": WorkspaceDeletedProps;
  "workspace-restored": WorkspaceRestoredProps;
};

/** Makes the subject and the body of each template's mail. */
export const templates: {
  [Name in keyof Templates]: (props: Templates[Name]) => { subject: string; body: ReactElement };
} = {
  "sign-in": (props) => ({ subject: signInSubject(props), body: SignIn(props) }),
  "sign-in-refused": (props) => ({ subject: signInRefusedSubject(props), body: SignInRefused(props) }),
  "confirm-address": (props) => ({ subject: confirmAddressSubject(props), body: ConfirmAddress(props) }),
  "access-review": ({ dueAt, ...rest }) => {
    const props = { ...rest, dueAt: new Date(dueAt) };
    return { subject: accessReviewSubject(props), body: AccessReview(props) };
  },
  "access-review-warning": ({ dueAt, ...rest }) => {
    const props = { ...rest, dueAt: new Date(dueAt) };
    return { subject: accessReviewWarningSubject(props), body: AccessReviewWarning(props) };
  },
  "account-notice": (props) => ({ subject: accountNoticeSubject(props), body: AccountNotice(props) }),
  "new-device": ({ at, ...rest }) => {
    const props = { ...rest, at: new Date(at) };
    return { subject: newDeviceSubject(props), body: NewDevice(props) };
  },
  invitation: ({ expiresAt, endsAt, ...rest }) => {
    const props = { ...rest, expiresAt: new Date(expiresAt), endsAt: endsAt ? new Date(endsAt) : null };
    return { subject: invitationSubject(props), body: Invitation(props) };
  },
  "invitation-reminder": ({ expiresAt, ...rest }) => {
    const props = { ...rest, expiresAt: new Date(expiresAt) };
    return { subject: invitationReminderSubject(props), body: InvitationReminder(props) };
  },
  "invitation-accepted": (props) => ({ subject: invitationAcceptedSubject(props), body: InvitationAccepted(props) }),
  "invitation-reported": (props) => ({ subject: invitationReportedSubject(props), body: InvitationReported(props) }),
  "member-by-group": (props) => ({ subject: memberByGroupSubject(props), body: MemberByGroup(props) }),
  "member-joined": (props) => ({ subject: memberJoinedSubject(props), body: MemberJoined(props) }),
  "member-removed": (props) => ({ subject: memberRemovedSubject(props), body: MemberRemoved(props) }),
  "role-changed": (props) => ({ subject: roleChangedSubject(props), body: RoleChanged(props) }),
  "join-request": (props) => ({ subject: joinRequestSubject(props), body: JoinRequest(props) }),
  "request-answered": (props) => ({ subject: requestAnsweredSubject(props), body: RequestAnswered(props) }),
  "domain-lapsed": (props) => ({ subject: domainLapsedSubject(props), body: DomainLapsed(props) }),
  "key-expiring": ({ expiresAt, ...rest }) => {
    const props = { ...rest, expiresAt: new Date(expiresAt) };
    return { subject: keyExpiringSubject(props), body: KeyExpiring(props) };
  },
  "key-leaked": (props) => ({ subject: keyLeakedSubject(props), body: KeyLeaked(props) }),
  "key-rotated": ({ endsAt, ...rest }) => {
    const props = { ...rest, endsAt: endsAt === null ? null : new Date(endsAt) };
    return { subject: keyRotatedSubject(props), body: KeyRotated(props) };
  },
  "keys-left": (props) => ({ subject: keysLeftSubject(props), body: KeysLeft(props) }),
  "membership-ending": ({ endsAt, ...rest }) => {
    const props = { ...rest, endsAt: new Date(endsAt) };
    return { subject: membershipEndingSubject(props), body: MembershipEnding(props) };
  },
  "model-retiring": ({ retiresAt, ...rest }) => {
    const props = { ...rest, retiresAt: new Date(retiresAt) };
    return { subject: modelRetiringSubject(props), body: ModelRetiring(props) };
  },
  "look-answered": (props) => ({ subject: lookAnsweredSubject(props), body: LookAnswered(props) }),
  "look-request": (props) => ({ subject: lookRequestSubject(props), body: LookRequest(props) }),
  "role-request": (props) => ({ subject: roleRequestSubject(props), body: RoleRequest(props) }),
  "role-answered": (props) => ({ subject: roleAnsweredSubject(props), body: RoleAnswered(props) }),
  "limit-answered": (props) => ({ subject: limitAnsweredSubject(props), body: LimitAnswered(props) }),
  "limit-request": (props) => ({ subject: limitRequestSubject(props), body: LimitRequest(props) }),
  "spend-alert": (props) => ({ subject: spendAlertSubject(props), body: SpendAlert(props) }),
  "provider-out": (props) => ({ subject: providerOutSubject(props), body: ProviderOut(props) }),
  "test-mail": (props) => ({ subject: testMailSubject(), body: TestMail(props) }),
  "workspace-deleted": (props) => ({ subject: workspaceDeletedSubject(props), body: WorkspaceDeleted(props) }),
  "workspace-restored": (props) => ({ subject: workspaceRestoredSubject(props), body: WorkspaceRestored(props) }),
};

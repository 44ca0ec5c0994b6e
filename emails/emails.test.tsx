import { render } from "@react-email/render";
import type { ReactElement } from "react";
import { afterEach, describe, expect, test } from "vitest";
import AccessReview, { PreviewProps as accessReview, subject as accessReviewSubject } from "./access-review";
import AccessReviewWarning, {
  PreviewProps as accessReviewWarning,
  subject as accessReviewWarningSubject,
} from "./access-review-warning";
import AccountNotice, {
  type AccountNoticeAbout,
  PreviewProps as accountNotice,
  subject as accountNoticeSubject,
} from "./account-notice";
import ConfirmAddress, { PreviewProps as confirmAddress } from "./confirm-address";
import DomainLapsed, { PreviewProps as domainLapsed } from "./domain-lapsed";
import Invitation, {
  type InvitationProps,
  PreviewProps as invitation,
  subject as invitationSubject,
} from "./invitation";
import InvitationAccepted, {
  PreviewProps as invitationAccepted,
  subject as invitationAcceptedSubject,
} from "./invitation-accepted";
import InvitationReminder, {
  PreviewProps as invitationReminder,
  subject as invitationReminderSubject,
} from "./invitation-reminder";
import InvitationReported, {
  PreviewProps as invitationReported,
  subject as invitationReportedSubject,
} from "./invitation-reported";
import JoinRequest, { PreviewProps as joinRequest, subject as joinRequestSubject } from "./join-request";
import KeyExpiring, { PreviewProps as keyExpiring, subject as keyExpiringSubject } from "./key-expiring";
import KeyLeaked, { PreviewProps as keyLeaked, subject as keyLeakedSubject } from "./key-leaked";
import KeyRotated, { PreviewProps as keyRotated, subject as keyRotatedSubject } from "./key-rotated";
import KeysLeft, { PreviewProps as keysLeft, subject as keysLeftSubject } from "./keys-left";
import LimitAnswered, { PreviewProps as limitAnswered, subject as limitAnsweredSubject } from "./limit-answered";
import LimitRequest, { PreviewProps as limitRequest, subject as limitRequestSubject } from "./limit-request";
import LookAnswered, { PreviewProps as lookAnswered } from "./look-answered";
import LookRequest, { PreviewProps as lookRequest } from "./look-request";
import MemberByGroup, { PreviewProps as memberByGroup, subject as memberByGroupSubject } from "./member-by-group";
import MemberJoined, { PreviewProps as memberJoined, subject as memberJoinedSubject } from "./member-joined";
import MemberRemoved, { PreviewProps as memberRemoved, subject as memberRemovedSubject } from "./member-removed";
import MembershipEnding, {
  PreviewProps as membershipEnding,
  subject as membershipEndingSubject,
} from "./membership-ending";
import ModelRetiring, { PreviewProps as modelRetiring, subject as modelRetiringSubject } from "./model-retiring";
import NewDevice, { PreviewProps as newDevice, subject as newDeviceSubject } from "./new-device";
import { setProductName } from "./product";
import ProviderOut, { PreviewProps as providerOut, subject as providerOutSubject } from "./provider-out";
import RequestAnswered, {
  PreviewProps as requestAnswered,
  subject as requestAnsweredSubject,
} from "./request-answered";
import RoleAnswered, { PreviewProps as roleAnswered, subject as roleAnsweredSubject } from "./role-answered";
import RoleChanged, { PreviewProps as roleChanged, subject as roleChangedSubject } from "./role-changed";
import RoleRequest, { PreviewProps as roleRequest, subject as roleRequestSubject } from "./role-request";
import SignIn, { PreviewProps as signIn, subject as signInSubject } from "./sign-in";
import SignInRefused, { PreviewProps as signInRefused } from "./sign-in-refused";
import SpendAlert, { PreviewProps as spendAlert, subject as spendAlertSubject } from "./spend-alert";
import TestMail, { PreviewProps as testMail } from "./test-mail";
import WorkspaceDeleted, {
  PreviewProps as workspaceDeleted,
  subject as workspaceDeletedSubject,
} from "./workspace-deleted";
import WorkspaceRestored, {
  PreviewProps as workspaceRestored,
  subject as workspaceRestoredSubject,
} from "./workspace-restored";

const hostile = {
  "a script": "<script>alert(1)</script>",
  "an image": '"><img src=https://evil.example/x onerror=alert(1)>',
  "a header": "x\r\nBcc: v@x",
  "an encoded word": "=?utf-8?B?QmNjOiB2QHg=?=",
  "a reversed name": "\u202emoc.live tisiv",
  "a warning": "Your account is blocked, visit evil.com",
  "500 characters": "https://evil.com/".padEnd(500, "x"),
};

const text = (mail: ReactElement) => render(mail, { plainText: true });
const tagsOf = (html: string) => Array.from(html.matchAll(/<([a-z][a-z0-9]*)[\s/>]/gi), ([, tag]) => tag);
const attribute = (url: string) => url.replaceAll("&", "&amp;");

const turnDown = ({ declineUrl, reportUrl }: { declineUrl: string; reportUrl: string }) => [
  { href: declineUrl, label: "Decline" },
  { href: reportUrl, label: "Report" },
];

type Shown = {
  mail: string;
  html: () => Promise<string>;
  url: string;
  button: string;
  /** The other actions of a mail, below its button. */
  quiet?: { href: string; label: string }[];
};

describe.each<Shown>([
  { mail: "sign-in", html: () => render(<SignIn {...signIn} />), url: signIn.url, button: "Continue to Atelier" },
  {
    mail: "invitation",
    html: () => render(<Invitation {...invitation} />),
    url: invitation.url,
    button: "See the invitation",
    quiet: turnDown(invitation),
  },
  {
    mail: "invitation reminder",
    html: () => render(<InvitationReminder {...invitationReminder} />),
    url: invitationReminder.url,
    button: "See the invitation",
    quiet: turnDown(invitationReminder),
  },
  {
    mail: "invitation accepted",
    html: () => render(<InvitationAccepted {...invitationAccepted} />),
    url: invitationAccepted.url,
    button: "See the members",
  },
  {
    mail: "member by group",
    html: () => render(<MemberByGroup {...memberByGroup} />),
    url: memberByGroup.url,
    button: "See the members",
  },
  {
    mail: "member joined",
    html: () => render(<MemberJoined {...memberJoined} />),
    url: memberJoined.url,
    button: "See the members",
  },
  {
    mail: "member removed",
    html: () => render(<MemberRemoved {...memberRemoved} />),
    url: memberRemoved.url,
    button: "Go to Atelier",
  },
  {
    mail: "role changed",
    html: () => render(<RoleChanged {...roleChanged} />),
    url: roleChanged.url,
    button: "Open the workspace",
  },
  {
    mail: "invitation reported",
    html: () => render(<InvitationReported {...invitationReported} />),
    url: invitationReported.url,
    button: "See the audit log",
  },
  {
    mail: "join request",
    html: () => render(<JoinRequest {...joinRequest} />),
    url: joinRequest.url,
    button: "Answer the request",
  },
  {
    mail: "access review",
    html: () => render(<AccessReview {...accessReview} />),
    url: accessReview.url,
    button: "Open the review",
  },
  {
    mail: "access review warning",
    html: () => render(<AccessReviewWarning {...accessReviewWarning} />),
    url: accessReviewWarning.url,
    button: "Open the workspace",
  },
  {
    mail: "model retiring",
    html: () => render(<ModelRetiring {...modelRetiring} />),
    url: modelRetiring.url,
    button: "See the models",
  },
  {
    mail: "provider out",
    html: () => render(<ProviderOut {...providerOut} />),
    url: providerOut.url,
    button: "See the model providers",
  },
  {
    mail: "membership ending",
    html: () => render(<MembershipEnding {...membershipEnding} />),
    url: membershipEnding.url,
    button: "See the members",
  },
  {
    mail: "role request",
    html: () => render(<RoleRequest {...roleRequest} />),
    url: roleRequest.url,
    button: "Answer the request",
  },
  {
    mail: "role answered",
    html: () => render(<RoleAnswered {...roleAnswered} />),
    url: roleAnswered.url,
    button: "Open the workspace",
  },
  {
    mail: "look request",
    html: () => render(<LookRequest {...lookRequest} />),
    url: lookRequest.url,
    button: "Answer the request",
  },
  {
    mail: "look answered",
    html: () => render(<LookAnswered {...lookAnswered} />),
    url: lookAnswered.url,
    button: "Open the workspace",
  },
  {
    mail: "request answered",
    html: () => render(<RequestAnswered {...requestAnswered} />),
    url: requestAnswered.url,
    button: "Open the workspace",
  },
  {
    mail: "domain lapsed",
    html: () => render(<DomainLapsed {...domainLapsed} />),
    url: domainLapsed.url,
    button: "Check the domain",
  },
  {
    mail: "key expiring",
    html: () => render(<KeyExpiring {...keyExpiring} />),
    url: keyExpiring.url,
    button: "See the key",
  },
  {
    mail: "key leaked",
    html: () => render(<KeyLeaked {...keyLeaked} />),
    url: keyLeaked.url,
    button: "Rotate the key",
  },
  {
    mail: "key rotated",
    html: () => render(<KeyRotated {...keyRotated} />),
    url: keyRotated.url,
    button: "See the key",
  },
  {
    mail: "keys left",
    html: () => render(<KeysLeft {...keysLeft} />),
    url: keysLeft.url,
    button: "See the keys",
  },
  {
    mail: "spend alert",
    html: () => render(<SpendAlert {...spendAlert} />),
    url: spendAlert.url,
    button: "See the spending",
  },
  {
    mail: "limit request",
    html: () => render(<LimitRequest {...limitRequest} />),
    url: limitRequest.url,
    button: "Answer the request",
  },
  {
    mail: "limit answered",
    html: () => render(<LimitAnswered {...limitAnswered} />),
    url: limitAnswered.url,
    button: "See the limits",
  },
  {
    mail: "test mail",
    html: () => render(<TestMail {...testMail} />),
    url: testMail.url,
    button: "Open the mail settings",
  },
  {
    mail: "workspace deleted",
    html: () => render(<WorkspaceDeleted {...workspaceDeleted} />),
    url: workspaceDeleted.url,
    button: "See deleted workspaces",
  },
  {
    mail: "workspace restored",
    html: () => render(<WorkspaceRestored {...workspaceRestored} />),
    url: workspaceRestored.url,
    button: "Open the workspace",
  },
  {
    mail: "confirm address",
    html: () => render(<ConfirmAddress {...confirmAddress} />),
    url: confirmAddress.url,
    button: "Confirm the address",
  },
  {
    mail: "sign-in refused",
    html: () => render(<SignInRefused {...signInRefused} />),
    url: signInRefused.url,
    button: "Open the sign-in page",
  },
  {
    mail: "account notice",
    html: () => render(<AccountNotice {...accountNotice} />),
    url: accountNotice.url,
    button: "Open account settings",
  },
  {
    mail: "new device",
    html: () => render(<NewDevice {...newDevice} />),
    url: newDevice.url,
    button: "See signed-in browsers",
  },
])("every mail: $mail", ({ html, url, button, quiet = [] }) => {
  test("leads to its link by one button and by the address written out, and nowhere else but home", async () => {
    const links = Array.from(
      (await html()).matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs),
      ([, href, inside]) => ({
        href,
        label: inside?.replace(/<!--.*?-->|<[^>]*>/gs, ""),
      }),
    );
    expect(links).toEqual([
      { href: attribute(url), label: button },
      { href: attribute(url), label: attribute(url) },
      ...quiet,
      { href: "https://atelier.acme.com", label: "https://atelier.acme.com" },
    ]);
  });

  test("fetches nothing: no pictures, no style sheets, no fonts, no scripts", async () => {
    const page = await html();
    expect(tagsOf(page).filter((tag) => /^(img|picture|link|script|iframe|svg|video)$/i.test(tag ?? ""))).toEqual([]);
    expect(page).not.toMatch(/@import|@font-face|url\(|\ssrc=|\sbackground="/i);
  });

  test("has a light version inline and a dark one by media query", async () => {
    const page = await html();
    expect(page).toContain('<meta name="color-scheme" content="light dark"/>');
    expect(page).toContain('<meta name="supported-color-schemes" content="light dark"/>');
    const dark = page.slice(page.indexOf("@media (prefers-color-scheme: dark)"), page.indexOf("</style>"));
    const coloured = Array.from(
      page.matchAll(/class="([^"]+)" (?:bgcolor="[^"]+" )?style="[^"]*color:/g),
      ([, name]) => name,
    );
    expect(coloured.length).toBeGreaterThan(5);
    for (const name of coloured) expect(dark).toContain(`.${name} {`);
  });

  test("tells a screen reader its language, its title and its one heading", async () => {
    const page = await html();
    expect(page).toMatch(/<html[^>]* lang="en"/);
    expect(page).toMatch(/<title>[^<]+<\/title>/);
    expect(tagsOf(page).filter((tag) => tag === "h1")).toHaveLength(1);
    for (const [table] of page.matchAll(/<table[^>]*>/g)) expect(table).toContain('role="presentation"');
  });
});

test("the sign-in mail reads well without HTML", async () => {
  expect(await text(<SignIn {...signIn} />)).toBe(`Atelier


SIGN IN TO ATELIER

Continue as ada@acme.com. The link works once, for 10 minutes.

Open this link in your browser:

${signIn.url}

Requested from Chrome on Linux.

If you did not ask to sign in, ignore this e-mail: without the link, nothing happens.

Atelier never asks you for this link. Do not share it.

You got this e-mail because ada@acme.com was entered on the sign-in page.

Sent by Atelier at https://atelier.acme.com`);
});

test("the invitation reads well without HTML", async () => {
  expect(await text(<Invitation {...invitation} />)).toBe(`Atelier


YOU HAVE BEEN INVITED TO A WORKSPACE

Invited by
Ada Lovelace (ada@acme.com)

Workspace
Analytical Engines

Your role
Developer
Developers create API keys, use and fine-tune models, and see usage.

Open this link in your browser:

${invitation.url}

Not for you? Decline ${invitation.declineUrl}

Unwanted? Report ${invitation.reportUrl}

The invitation expires on December 1, 2026 at 16:30 UTC. Only grace@acme.com can accept it.

If you do not know Ada Lovelace, ignore this e-mail, or report it: their workspace then cannot invite you again.

You got this e-mail because ada@acme.com invited grace@acme.com to a workspace.

Sent by Atelier at https://atelier.acme.com`);
});

test("what says that a membership ends reads well without HTML, to the member and to an Admin", async () => {
  expect(await text(<MembershipEnding {...membershipEnding} />)).toBe(`Atelier


A MEMBER'S ACCESS ENDS SOON

Member
Grace Hopper

Workspace
Analytical Engines

Access ends
December 4, 2026 at 00:00 UTC

If they should stay, set a later end date, or none, on the workspace's members page.

Open this link in your browser:

${membershipEnding.url}

You got this e-mail because you are an Admin of the workspace.

Sent by Atelier at https://atelier.acme.com`);
  const own = { ...membershipEnding, isOwn: true };
  expect(await text(<MembershipEnding {...own} />)).toContain("ask one of its Admins for a later end date");
  expect(membershipEndingSubject(own)).toBe("Your access to a workspace ends soon");
  const until = { ...invitation, endsAt: new Date("2026-12-04T00:00:00Z") };
  expect(await text(<Invitation {...until} />)).toContain("Access ends\nDecember 4, 2026 at 00:00 UTC");
});

test("the mails about another role name the role, and their subjects name no person", async () => {
  expect(await text(<RoleRequest {...roleRequest} />)).toContain("Grace Hopper (grace@acme.com)");
  expect(await text(<RoleRequest {...roleRequest} />)).toContain("Role\nDeveloper");
  expect(roleRequestSubject(roleRequest)).toBe("A member asks for another role on Atelier");
  expect(await text(<RoleAnswered {...roleAnswered} />)).toContain("Your role\nDeveloper");
  const declined = { ...roleAnswered, isApproved: false };
  expect(await text(<RoleAnswered {...declined} />)).toContain("Your role was not changed.");
  expect(roleAnsweredSubject(declined)).toBe("Your request for another role was declined");
});

test("a spend alert reads well without HTML, and says what happens next", async () => {
  expect(await text(<SpendAlert {...spendAlert} />)).toBe(`Atelier


80 % OF THE MONTHLY LIMIT IS SPENT

Workspace
Analytical Engines

Spent this month
€16.02 of €20.00

Once the limit is reached, requests that cost something are refused. The next month begins on December 1, 2026.

Open this link in your browser:

${spendAlert.url}

Months begin at 00:00 UTC. You get one alert per month for each percentage that is set there.

You got this e-mail because you are an Admin or a Billing member of the workspace.

Sent by Atelier at https://atelier.acme.com`);
  const reached = <SpendAlert {...spendAlert} percent={100} isReached />;
  expect(await text(reached)).toContain("refused until December 1, 2026, or until the limit is raised.");
  expect(spendAlertSubject(spendAlert)).toBe("A workspace has spent 80 % of its monthly limit");
  const ofKey = { ...spendAlert, of: "key:2u7KQ0aB9cDe", name: "Nightly", span: "total", resetsOn: null } as const;
  expect(spendAlertSubject(ofKey)).toBe("A key has spent 80 % of its total limit");
  expect(await text(<SpendAlert {...ofKey} isReached />)).toContain("refused until the limit is raised.");
  expect(await text(<SpendAlert {...ofKey} />)).toContain("Key\nNightly");
});

test("who asks for a higher limit says which, how much and why", async () => {
  const said = await text(<LimitRequest {...limitRequest} />);
  expect(said).toContain("Limit of\nThe key Nightly evaluation");
  expect(said).toContain("€19.98 of €20.00 a day");
  expect(said).toContain("Asked for\n€60.00");
  expect(await text(<LimitRequest {...limitRequest} reason="" />)).not.toContain("Why");
  expect(await text(<LimitRequest {...limitRequest} spent={null} limit="60 requests per minute" />)).toContain(
    "Now\n60 requests per minute",
  );
  expect(limitRequestSubject(limitRequest)).toBe("A member asks for a higher limit on Atelier");
  expect(said).toContain("Used by this person in the last 30 days\n1,240 requests");
  expect(limitRequestSubject({ ...limitRequest, isForOperators: true })).toContain("a higher ceiling");
  const ofModel = { ...limitRequest, limit: null, spent: null, wanted: "ft:small:bot", forecast: null };
  expect(limitRequestSubject(ofModel)).toBe("A member asks for a model on Atelier");
  expect(await text(<LimitRequest {...ofModel} />)).not.toContain("Forecast");
});

test("the answer to a request for a limit says what holds now, or what was asked for", async () => {
  expect(await text(<LimitAnswered {...limitAnswered} until="2026-12-03" />)).toContain(
    "Until the end of\nDecember 3, 2026 (UTC)",
  );
  const declined = { ...limitAnswered, isApproved: false };
  expect(await text(<LimitAnswered {...declined} />)).toContain("You asked for\n");
  expect(limitAnsweredSubject(declined)).toBe("Your request was declined");
});

test("a browser that said nothing about itself is not mentioned", async () => {
  expect(await text(<SignIn {...signIn} requestedFrom={null} />)).not.toContain("Requested from");
  expect(await text(<SignIn {...signIn} requestedFrom="" />)).not.toContain("Requested from");
});

test("one minute is one minute", async () => {
  expect(await text(<SignIn {...signIn} expiresInMinutes={1} />)).toContain("once, for 1 minute.");
});

test("a person without a name is known by the address, said once", async () => {
  const mail = await text(<Invitation {...invitation} inviterName={" \u200b"} />);
  expect(mail).toContain("Invited by\nada@acme.com\n");
  expect(mail).toContain("If you do not know ada@acme.com,");
});

test("the line an inbox shows after the subject says nothing that a stranger chose", async () => {
  const page = await render(<Invitation {...invitation} />);
  const [, preheader] = page.match(/data-skip-in-text="true">([^<]+)<div>/) ?? [];
  expect(preheader).toBe(
    "See who invited you and to what. The invitation is open until December 1, 2026 at 16:30 UTC.",
  );
});

describe.each(Object.entries(hostile))("EM-02 a name that is %s", (_what, name) => {
  const props: InvitationProps = { ...invitation, inviterName: name, workspaceName: name };

  test("is not in the subject", () => {
    expect(invitationSubject(props)).toBe("You have been invited to a workspace on Atelier");
    expect(signInSubject({ ...signIn, requestedFrom: name })).toBe("Sign in to Atelier");
  });

  test("adds no element to the mail", async () => {
    const tame = tagsOf(await render(<Invitation {...invitation} />));
    expect(tagsOf(await render(<Invitation {...props} />))).toEqual(tame);
    const tameSignIn = tagsOf(await render(<SignIn {...signIn} />));
    expect(tagsOf(await render(<SignIn {...signIn} requestedFrom={name} />))).toEqual(tameSignIn);
  });

  test("breaks no line, turns no text round and leaves nothing to click on", async () => {
    for (const mail of [<Invitation key="1" {...props} />, <SignIn key="2" {...signIn} requestedFrom={name} />]) {
      for (const version of [await render(mail), await text(mail)]) {
        expect(version).not.toMatch(/[\r\u202a-\u202e\u2066-\u2069]/);
        expect(version).not.toMatch(/^Bcc:/m);
        expect(version).not.toMatch(/evil[.。．](com|example)|moc\.live|\/\/evil/);
        expect(version).not.toContain("x".repeat(60));
      }
    }
  });
});

test("what people wrote is shown as they wrote it", async () => {
  const props = { ...invitation, inviterName: "Zoë <Ops>", workspaceName: "R&D" };
  expect(await render(<Invitation {...props} />)).toMatch(/>Zoë &lt;Ops&gt;<.*>R&amp;D</s);
  expect(await text(<Invitation {...props} />)).toMatch(/Zoë <Ops> \(ada@acme\.com\)\n\nWorkspace\nR&D\n/);
});

test.each(Object.entries(hostile))(
  "EM-02 a join request and its answer stay inert with %s as a name",
  async (_, name) => {
    const mails = [
      {
        subject: joinRequestSubject({ ...joinRequest, personName: name }),
        body: <JoinRequest {...joinRequest} personName={name} workspaceName={name} />,
      },
      {
        subject: requestAnsweredSubject({ ...requestAnswered, workspaceName: name }),
        body: <RequestAnswered {...requestAnswered} workspaceName={name} />,
      },
    ];
    for (const { subject, body } of mails) {
      expect(subject).not.toMatch(/[\r\n]/);
      expect(subject).not.toContain(name);
      const page = await render(body);
      expect(tagsOf(page).filter((tag) => /^(script|img)$/i.test(tag ?? ""))).toEqual([]);
      expect(page).not.toContain("\u202e");
      expect(page).not.toContain("evil.com");
    }
  },
);

test.each(Object.entries(hostile))("EM-02 the mails about keys stay inert with %s as a name", async (_, name) => {
  const mails = [
    {
      subject: keyExpiringSubject({ ...keyExpiring }),
      body: <KeyExpiring {...keyExpiring} keyName={name} workspaceName={name} />,
    },
    {
      subject: modelRetiringSubject({ ...modelRetiring }),
      body: <ModelRetiring {...modelRetiring} modelId={name} successor={name} workspaceName={name} />,
    },
    { subject: providerOutSubject({ ...providerOut }), body: <ProviderOut {...providerOut} server={name} /> },
    {
      subject: accessReviewSubject({ ...accessReview }),
      body: <AccessReview {...accessReview} workspaceName={name} />,
    },
    {
      subject: accessReviewWarningSubject({ ...accessReviewWarning }),
      body: <AccessReviewWarning {...accessReviewWarning} workspaceName={name} keyNames={[name]} />,
    },
    {
      subject: keyLeakedSubject({ ...keyLeaked }),
      body: <KeyLeaked {...keyLeaked} keyName={name} workspaceName={name} foundAt={name} />,
    },
    {
      subject: keyRotatedSubject({ ...keyRotated }),
      body: <KeyRotated {...keyRotated} keyName={name} workspaceName={name} byName={name} />,
    },
    {
      subject: keysLeftSubject({ ...keysLeft }),
      body: <KeysLeft {...keysLeft} revoked={[name]} kept={[name]} workspaceName={name} personName={name} />,
    },
  ];
  for (const { subject, body } of mails) {
    expect(subject).not.toContain(name);
    const page = await render(body);
    expect(tagsOf(page).filter((tag) => /^(script|img)$/i.test(tag ?? ""))).toEqual([]);
    expect(page).not.toContain("\u202e");
    expect(page).not.toContain("evil.com");
  }
});

test("the mails about a deleted and a restored workspace say who did it, and nothing people chose in their subjects", async () => {
  const deleted = await text(<WorkspaceDeleted {...workspaceDeleted} />);
  for (const said of ["Analytical Engines", "Charles Babbage", "charles@acme", "For 30 days"])
    expect(deleted.replace(/\s+/g, " ")).toContain(said);
  expect(await text(<WorkspaceRestored {...workspaceRestored} />)).toContain("Analytical Engines");
  expect(workspaceDeletedSubject(workspaceDeleted)).toBe("A workspace of yours was deleted");
  expect(workspaceRestoredSubject(workspaceRestored)).toBe("A workspace of yours was restored");
});

test.each(Object.entries(hostile))("EM-02 the mails about an account stay inert with %s as a name", async (_, name) => {
  const mails = [
    {
      subject: accountNoticeSubject({ ...accountNotice, detail: name }),
      body: <AccountNotice {...accountNotice} detail={name} />,
    },
    {
      subject: newDeviceSubject({ ...newDevice, browser: name }),
      body: <NewDevice {...newDevice} browser={name} address={name} />,
    },
  ];
  for (const { subject, body } of mails) {
    expect(subject).not.toContain(name);
    const page = await render(body);
    expect(tagsOf(page).filter((tag) => /^(script|img)$/i.test(tag ?? ""))).toEqual([]);
    expect(page).not.toContain("\u202e");
    expect(page).not.toContain("evil.com");
  }
});

test("a refused sign-in says why, and whom to ask", async () => {
  const say = (because: "deactivated" | "sign_up_closed" | "too_many_accounts") =>
    text(<SignInRefused {...signInRefused} because={because} />);
  expect(await say("deactivated")).toContain("Ask them to reactivate it.");
  expect(await say("sign_up_closed")).toContain("for an invitation");
  expect(await say("too_many_accounts")).toContain("Try again tomorrow");
});

test("an account notice says what happened, and what to do if it was not you", async () => {
  const say = (about: AccountNoticeAbout) => text(<AccountNotice {...accountNotice} about={about} detail={null} />);
  expect(await say("address-changed")).toContain("contact the operator of this Atelier immediately");
  expect(await say("address-taken")).toContain("Nothing was changed.");
  expect(await say("passkey-added")).toContain("remove it in your account settings");
});

test.each(Object.entries(hostile))(
  "EM-02 the mails about invitations and memberships stay inert with %s as a name",
  async (_, name) => {
    const mails = [
      {
        subject: invitationReportedSubject({ ...invitationReported, inviterName: name }),
        body: <InvitationReported {...invitationReported} inviterName={name} workspaceName={name} />,
      },
      {
        subject: invitationReminderSubject({ ...invitationReminder, inviterName: name }),
        body: <InvitationReminder {...invitationReminder} inviterName={name} workspaceName={name} />,
      },
      {
        subject: invitationAcceptedSubject({ ...invitationAccepted, personName: name }),
        body: <InvitationAccepted {...invitationAccepted} personName={name} workspaceName={name} />,
      },
      {
        subject: memberByGroupSubject({ ...memberByGroup, personName: name }),
        body: <MemberByGroup {...memberByGroup} personName={name} workspaceName={name} />,
      },
      {
        subject: memberJoinedSubject({ ...memberJoined, personName: name }),
        body: <MemberJoined {...memberJoined} personName={name} workspaceName={name} />,
      },
      {
        subject: memberRemovedSubject({ ...memberRemoved, byName: name }),
        body: <MemberRemoved {...memberRemoved} byName={name} workspaceName={name} />,
      },
      {
        subject: roleChangedSubject({ ...roleChanged, byName: name }),
        body: <RoleChanged {...roleChanged} byName={name} workspaceName={name} />,
      },
    ];
    for (const { subject, body } of mails) {
      expect(subject).not.toContain(name);
      const page = await render(body);
      expect(tagsOf(page).filter((tag) => /^(script|img)$/i.test(tag ?? ""))).toEqual([]);
      for (const version of [page, await text(body)]) {
        expect(version).not.toMatch(/[\r\u202a-\u202e\u2066-\u2069]/);
        expect(version).not.toMatch(/^Bcc:/m);
        expect(version).not.toContain("evil.com");
      }
    }
  },
);

test("the reminder of an invitation reads well without HTML", async () => {
  expect(await text(<InvitationReminder {...invitationReminder} />)).toBe(`Atelier


YOUR INVITATION EXPIRES SOON

Invited by
Ada Lovelace (ada@acme.com)

Workspace
Analytical Engines

Your role
Developer

Expires
December 1, 2026 at 16:30 UTC

Open this link in your browser:

${invitationReminder.url}

Not for you? Decline ${invitationReminder.declineUrl}

Unwanted? Report ${invitationReminder.reportUrl}

Sign in as grace@acme.com to accept it; no other account can. The link of the first e-mail works as well. You will not be reminded again.

You got this e-mail because ada@acme.com invited grace@acme.com to a workspace.

Sent by Atelier at https://atelier.acme.com`);
});

test("the mails about a membership say what it is now, who did it, and what comes of it", async () => {
  const flat = async (mail: ReactElement) => (await text(mail)).replace(/\s+/g, " ");
  expect(await flat(<RoleChanged {...roleChanged} />)).toContain(
    "Your role Viewer (before: Developer) Sees usage, models, files and keys, with secrets masked. Changes nothing. Changed by Ada Lovelace (ada@acme.com)",
  );
  expect(await flat(<MemberRemoved {...memberRemoved} />)).toContain("Removed by Ada Lovelace (ada@acme.com)");
  expect(await flat(<MemberJoined {...memberJoined} />)).toContain("an address at the workspace's domain may join");
  expect(await flat(<MemberJoined {...memberJoined} way="link" />)).toContain(
    "All people with the invite link may join",
  );
  expect(await flat(<MemberJoined {...memberJoined} way="group" />)).toContain("sign-in provider become members");
  expect(await flat(<MemberByGroup {...memberByGroup} />)).toContain("Role Viewer (before: Developer)");
  expect(await flat(<MemberByGroup {...memberByGroup} to={null} />)).toContain(
    "Role No longer a member (before: Developer)",
  );
  expect(await flat(<InvitationAccepted {...invitationAccepted} personName="" />)).toContain(
    "New member grace@acme.com",
  );
  expect(
    await flat(<InvitationReported {...invitationReported} inviterName="Deleted account" inviterEmail="" />),
  ).toContain("Invited by Deleted account Workspace");
});

describe("OP-14 an instance with a name of its own", () => {
  afterEach(() => setProductName("Atelier"));

  test("is called so in subjects, in the mail, and has no mark of Atelier's", async () => {
    const plain = await render(<SignIn {...signIn} />);
    setProductName("Acme <AI>");
    expect(signInSubject(signIn)).toBe("Sign in to Acme <AI>");
    expect(invitationSubject(invitation)).toBe("You have been invited to a workspace on Acme <AI>");
    const html = await render(<SignIn {...signIn} />);
    expect([plain.includes('mark-pane"'), html.includes('mark-pane"')]).toEqual([true, false]);
    expect(html).not.toContain("<AI>");
    const said = await text(<SignIn {...signIn} />);
    expect(said).toContain("Acme <AI> never asks you for this link");
    expect(said).not.toContain("Atelier");
  });
});

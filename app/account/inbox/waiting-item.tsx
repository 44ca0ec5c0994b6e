import { Badge } from "@/app/_ui/badge";
import { LinkButton } from "@/app/_ui/button";
import { formatMoney } from "@/app/_ui/format";
import { Gauge, KeyRound, Server, ShieldCheck, UserCog, UserPlus, Wallet } from "@/app/_ui/icons";
import { RelativeTime } from "@/app/_ui/time";
import { roleText } from "@/server/access/permissions";
import type { Outputs } from "@/server/composition/outputs";
import { approveJoin, approveLimit, approveRole, declineJoin, declineLimit, declineRole } from "./actions";
import { Answers } from "./answers";
import { Item } from "./item";

type Group = Outputs["account"]["inbox"]["groups"][number];
type Waiting = Group["items"][number];
type Of<Kind> = Extract<Waiting, { kind: Kind }>;
type Props<Kind> = { item: Of<Kind>; workspace: Group["workspace"] };

/** Draws one task in a workspace, with the buttons that answer it or a link to its page. */
export function WaitingItem({ item, workspace, currency }: Props<Waiting["kind"]> & { currency: string }) {
  switch (item.kind) {
    case "join":
      return <Join item={item} workspace={workspace} />;
    case "role":
      return <Role item={item} workspace={workspace} />;
    case "limit":
      return <Limit item={item} workspace={workspace} currency={currency} />;
    case "review":
      return <Review item={item} workspace={workspace} />;
    case "key":
      return <EndingKey item={item} workspace={workspace} />;
    case "spend":
      return <Spend item={item} workspace={workspace} currency={currency} />;
    case "server":
      return <Outage item={item} workspace={workspace} />;
  }
}

function Join({ item, workspace: { slug, defaultRole, isFull } }: Props<"join">) {
  const who = nameOf(item);
  return (
    <Item
      icon={<UserPlus />}
      at={item.at}
      title={
        <>
          <strong className="font-medium">{who}</strong> asks to join {item.isFormerMember && <FormerMember />}
        </>
      }
      actions={
        <>
          <Answers
            approve={approveJoin}
            decline={declineJoin}
            fields={{ workspace: slug, requestId: item.id }}
            approveFields={{ role: defaultRole, ...(isFull ? { addSeat: "true" } : {}) }}
            approveLabel={isFull ? "Add a seat and approve" : "Approve"}
            about={who}
          />
          <LinkButton href={`/w/${slug}/members/requests`} size="sm" variant="ghost">
            Another role…
          </LinkButton>
        </>
      }
    >
      {item.email} · joins as {roleText[defaultRole].name}
    </Item>
  );
}

const FormerMember = () => <Badge tone="warning">Former member</Badge>;

function Role({ item, workspace: { slug } }: Props<"role">) {
  const who = nameOf(item);
  return (
    <Item
      icon={<UserCog />}
      at={item.at}
      title={
        <>
          <strong className="font-medium">{who}</strong> asks for the role {roleText[item.role].name}
        </>
      }
      actions={
        <Answers
          approve={approveRole}
          decline={declineRole}
          fields={{ workspace: slug, roleRequestId: item.id }}
          approveFields={{ role: item.role }}
          about={`the role of ${who}`}
        />
      }
    >
      {item.email} · is {roleText[item.currentRole].name}
    </Item>
  );
}

function Limit({ item, workspace: { slug }, currency }: Props<"limit"> & { currency: string }) {
  const who = nameOf(item);
  const { money } = item;
  return (
    <Item
      icon={<Gauge />}
      at={item.at}
      title={
        <>
          <strong className="font-medium">{who}</strong> asks for{" "}
          {money
            ? `${formatMoney(money.amount, currency)} ${spans[money.span]}`
            : item.isModel
              ? `the model ${item.wanted}`
              : item.wanted}
        </>
      }
      actions={
        <>
          <Answers
            approve={approveLimit}
            decline={declineLimit}
            fields={{ workspace: slug, limitRequestId: item.id }}
            approveLabel={item.isOfCeiling ? "Ask the operators" : "Approve"}
            about={`the request of ${who}`}
          />
          <LinkButton
            href={`/w/${slug}/limits/requests`}
            size="sm"
            variant="ghost"
            aria-label={`Details of what ${who} uses`}
          >
            Details
          </LinkButton>
        </>
      }
    >
      {item.whose}
      {item.reason && ` · “${item.reason}”`}
    </Item>
  );
}

function Review({ item, workspace: { slug } }: Props<"review">) {
  return (
    <Item
      icon={<ShieldCheck />}
      at={item.at}
      title={
        <>
          <strong className="font-medium">
            {item.undecided === 1 ? "1 member or key" : `${item.undecided} members and keys`}
          </strong>{" "}
          to confirm in an access review
        </>
      }
      actions={
        <LinkButton href={`/w/${slug}/members/reviews/${item.id}`} size="sm" variant="secondary">
          Open the review
        </LinkButton>
      }
    >
      Unconfirmed access is disabled <RelativeTime date={item.dueAt} />
    </Item>
  );
}

function EndingKey({ item, workspace: { slug } }: Props<"key">) {
  return (
    <Item
      icon={<KeyRound />}
      at={null}
      title={
        <>
          Your key <strong className="font-medium">{item.name}</strong> ends <RelativeTime date={item.expiresAt} />
        </>
      }
      actions={
        <LinkButton href={`/w/${slug}/keys/view/${item.id}`} size="sm" variant="secondary">
          Open the key
        </LinkButton>
      }
    >
      Rotate it or change its expiration, or the programs that use it will be refused.
    </Item>
  );
}

const spans = { day: "a day", week: "a week", month: "a month", total: "in total" } as const;
const whose = { workspace: "The workspace's", ceiling: "The operators'", own: "Your own" } as const;

function Spend({ item, workspace: { slug }, currency }: Props<"spend"> & { currency: string }) {
  const isReached = item.spent >= item.limit;
  const address = `/w/${slug}/limits/spending?${new URLSearchParams({ of: item.of, span: item.span })}`;
  return (
    <Item
      icon={<Wallet />}
      at={null}
      title={
        <>
          <strong className="font-medium">{whose[item.whose]} limit</strong>{" "}
          {isReached ? "is reached" : "is nearly used"}
        </>
      }
      actions={
        <LinkButton href={address} size="sm" variant="secondary">
          {item.whose === "workspace" ? "Change the limit" : "Ask for more"}
        </LinkButton>
      }
    >
      <span className="figures">
        {formatMoney(item.spent, currency)} of {formatMoney(item.limit, currency)}
      </span>{" "}
      {spans[item.span]}
      {isReached && ". Requests that cost something are refused."}
    </Item>
  );
}

function Outage({ item, workspace: { slug } }: Props<"server">) {
  return (
    <Item
      icon={<Server />}
      at={null}
      title={
        <>
          The model server <strong className="font-medium">{item.name}</strong> cannot be reached
        </>
      }
      actions={
        <LinkButton href={`/w/${slug}/settings/providers`} size="sm" variant="secondary">
          Model providers
        </LinkButton>
      }
    >
      Requests to its models fail until it is back.
    </Item>
  );
}

const nameOf = ({ name, email }: { name: string; email: string }) => name || email;

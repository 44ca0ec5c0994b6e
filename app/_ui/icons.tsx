import {
  ArrowLeftRight as arrowLeftRight,
  Box as box,
  Boxes as boxes,
  Building2 as building2,
  ChartNoAxesColumn as chartNoAxesColumn,
  CircleHelp as circleHelp,
  Download as download,
  Eye as eye,
  FileText as fileText,
  Gauge as gauge,
  type IconNode,
  Inbox as inbox,
  KeyRound as keyRound,
  LayoutDashboard as layoutDashboard,
  List as list,
  LogOut as logOut,
  Mail as mail,
  MailCheck as mailCheck,
  MessagesSquare as messagesSquare,
  Play as play,
  Plus as plus,
  Printer as printer,
  ScrollText as scrollText,
  Server as server,
  Settings as settings,
  ShieldCheck as shieldCheck,
  Sparkles as sparkles,
  Terminal as terminal,
  Upload as upload,
  UserCog as userCog,
  UserPlus as userPlus,
  UserRound as userRound,
  UsersRound as usersRound,
  Wallet as wallet,
  X as x,
} from "lucide";

type Props = {
  className?: string;
  /** With thinner lines, for large icons. */
  isThin?: boolean;
};

/** Returns the inside of an icon as markup. Its numbers and names come from Lucide, so nothing has to be escaped. */
const markup = (node: IconNode) =>
  node
    .map(([tag, attributes]) => {
      const said = Object.entries(attributes).map(([name, value]) => ` ${name}='${value}'`);
      return `<${tag}${said.join("")}/>`;
    })
    .join("");

/**
 * Returns a component that draws a Lucide icon on the server. The components of lucide-react would add 1.5 kB of
 * JavaScript to every page. The inside is text, made once: a page has dozens of icons, and as elements their lines
 * would be most of what React creates, sends and reads of the page frame. Always decorative; the control around it has
 * the name.
 */
const drawn = (node: IconNode) => {
  const inside = { __html: markup(node) };
  return function Icon({ className, isThin }: Props) {
    return (
      <svg
        aria-hidden="true"
        className={`icon${isThin ? " icon-thin" : ""}${className ? ` ${className}` : ""}`}
        viewBox="0 0 24 24"
        // biome-ignore lint/security/noDangerouslySetInnerHtml: it is Lucide's, and no text of a person's.
        dangerouslySetInnerHTML={inside}
      />
    );
  };
};

export const ArrowLeftRight = drawn(arrowLeftRight);
export const Box = drawn(box);
export const Boxes = drawn(boxes);
export const Building2 = drawn(building2);
export const ChartNoAxesColumn = drawn(chartNoAxesColumn);
export const CircleHelp = drawn(circleHelp);
export const Download = drawn(download);
export const Eye = drawn(eye);
export const FileText = drawn(fileText);
export const Gauge = drawn(gauge);
export const Inbox = drawn(inbox);
export const KeyRound = drawn(keyRound);
export const LayoutDashboard = drawn(layoutDashboard);
export const List = drawn(list);
export const LogOut = drawn(logOut);
export const Mail = drawn(mail);
export const MailCheck = drawn(mailCheck);
export const MessagesSquare = drawn(messagesSquare);
export const Play = drawn(play);
export const Plus = drawn(plus);
export const Printer = drawn(printer);
export const ScrollText = drawn(scrollText);
export const Server = drawn(server);
export const Settings = drawn(settings);
export const ShieldCheck = drawn(shieldCheck);
export const Sparkles = drawn(sparkles);
export const Terminal = drawn(terminal);
export const Upload = drawn(upload);
export const UserCog = drawn(userCog);
export const UserPlus = drawn(userPlus);
export const UserRound = drawn(userRound);
export const UsersRound = drawn(usersRound);
export const Wallet = drawn(wallet);
export const X = drawn(x);

import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";

type Props = {
  here: string;
  changeReason: string | undefined;
  manageReason: string | undefined;
  model: {
    id: string;
    visibility: "workspace" | "members" | "private" | null;
    maker: string | null;
    isMine: boolean;
    members: { userId: string; name: string }[];
  };
};

/** Shows who in the workspace uses a model, and how that is changed. */
export function AudienceCard({ here, changeReason, manageReason, model }: Props) {
  return (
    <Card
      title="Who may use it"
      description={audience(model)}
      action={
        <div className="flex flex-wrap gap-2">
          <DialogButton
            size="sm"
            dialog={`visibility-${model.id}`}
            href={`${here}?dialog=visibility`}
            disabledReason={changeReason}
          >
            Change
          </DialogButton>
          <DialogButton
            size="sm"
            dialog={`reassign-${model.id}`}
            href={`${here}?dialog=reassign`}
            disabledReason={manageReason}
          >
            Share with a member
          </DialogButton>
        </div>
      }
    />
  );
}

function audience({ visibility, members, maker, isMine }: Props["model"]): string {
  if (visibility === "workspace") return "Every member of this workspace, and its service keys.";
  if (visibility === "private") return isMine ? "Only you." : `Only ${maker ?? "its maker"}.`;
  if (members.length === 0) return "No members: the selected members have left.";
  const names = members.slice(0, 10).map(({ name }) => name);
  return `${names.join(", ")}${members.length > names.length ? ` and ${members.length - names.length} more` : ""}.`;
}

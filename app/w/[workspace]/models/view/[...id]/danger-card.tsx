import { LinkButton } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { retirementHref } from "@/app/w/[workspace]/_shared/retirement-href";

type Props = {
  slug: string;
  here: string;
  changeReason: string | undefined;
  manageReason: string | undefined;
  model: { id: string; archivedAt: Date | null };
};

/** Draws the actions that make a model unavailable to its users. */
export function DangerCard({ slug, here, changeReason, manageReason, model }: Props) {
  const turn = model.archivedAt ? "restore" : "archive";
  return (
    <Card title="Danger zone" tone="danger">
      <div className="flex flex-col gap-4">
        <Row text={model.archivedAt ? "Restore it for use." : "Archive it: it cannot be used until it is restored."}>
          <DialogButton dialog={`${turn}-${model.id}`} href={`${here}?dialog=${turn}`} disabledReason={changeReason}>
            {model.archivedAt ? "Restore" : "Archive"}
          </DialogButton>
        </Row>
        {manageReason === undefined && (
          <Row text="Announce a day on which it ends, with a successor, and see who still calls it.">
            <LinkButton href={retirementHref(slug, model.id)}>Retire</LinkButton>
          </Row>
        )}
        <Row text="Transfer it to another workspace. Its id stays the same.">
          <DialogButton dialog={`move-${model.id}`} href={`${here}?dialog=move`} disabledReason={manageReason}>
            Move
          </DialogButton>
        </Row>
        <Row text="Delete it permanently. You see what depends on it before you confirm.">
          <DialogButton
            variant="danger"
            dialog={`remove-${model.id}`}
            href={`${here}?dialog=remove`}
            disabledReason={changeReason}
          >
            Delete
          </DialogButton>
        </Row>
      </div>
    </Card>
  );
}

function Row({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="min-w-0 text-pretty text-ink-soft">{text}</p>
      {children}
    </div>
  );
}

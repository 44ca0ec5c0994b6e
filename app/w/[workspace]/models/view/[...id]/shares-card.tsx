import { Card } from "@/app/_ui/card";
import { DialogButton } from "@/app/_ui/dialog-button";
import { RelativeTime } from "@/app/_ui/time";

type Props = {
  here: string;
  manageReason: string | undefined;
  model: {
    id: string;
    archivedAt: Date | null;
    shares: { slug: string; name: string; createdAt: Date; endsAt: Date | null }[];
  };
};

/** Draws the other workspaces that may use a model, and how that is begun and ended. */
export function SharesCard({ here, manageReason, model }: Props) {
  const { id, shares, archivedAt } = model;
  return (
    <Card
      title="Shared with other workspaces"
      description={
        shares.length === 0
          ? "With none."
          : archivedAt
            ? "They cannot use it while it is archived."
            : "All of its members may use it, at that workspace's cost."
      }
      action={
        <DialogButton
          size="sm"
          dialog={`share-${id}`}
          href={`${here}?dialog=share`}
          disabledReason={manageReason ?? (archivedAt ? "It is archived." : undefined)}
        >
          Share
        </DialogButton>
      }
    >
      {shares.length > 0 && (
        <ul className="divide-y divide-hairline" aria-label="Shares">
          {shares.map((share) => (
            <li key={share.slug} className="flex flex-wrap items-center justify-between gap-3 py-2.5">
              <div className="min-w-0">
                <p className="wrap-anywhere font-medium">{share.name}</p>
                <p className="text-[0.8125rem] text-ink-soft">
                  since <RelativeTime date={share.createdAt} />,{" "}
                  {share.endsAt ? (
                    <>
                      ends <RelativeTime date={share.endsAt} />
                    </>
                  ) : (
                    "until it is ended"
                  )}
                </p>
              </div>
              <DialogButton
                size="sm"
                dialog={`end-share-${share.slug}`}
                href={`${here}?${new URLSearchParams({ dialog: "end-share", target: share.slug })}`}
                disabledReason={manageReason}
                aria-label={`End share with ${share.name}`}
              >
                End share
              </DialogButton>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

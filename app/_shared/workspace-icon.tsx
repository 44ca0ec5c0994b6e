import { Avatar } from "@/app/_ui/avatar";

export type Iconic = { slug: string; name: string; iconEmoji: string | null; iconVersion: number | null };

/** Checks whether a workspace has its own icon. */
export function hasIcon({ iconEmoji, iconVersion }: Pick<Iconic, "iconEmoji" | "iconVersion">): boolean {
  return iconEmoji !== null || iconVersion !== null;
}

/** Draws a workspace's icon: its picture, its emoji, or its initials. Decorative: the name is shown beside it. */
export function WorkspaceIcon({ workspace, size }: { workspace: Iconic; size?: "xs" | "sm" | "lg" }) {
  const { slug, name, iconEmoji, iconVersion } = workspace;
  if (iconEmoji !== null)
    return (
      <span aria-hidden="true" data-size={size} data-shape="square" className="avatar avatar-emoji">
        {iconEmoji}
      </span>
    );
  const src = iconVersion === null ? undefined : `/w/${slug}/icon?v=${iconVersion}`;
  return <Avatar name={name} src={src} shape="square" size={size} />;
}

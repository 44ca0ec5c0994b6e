/** Returns where one's own picture is; undefined: there is none. */
export function ownAvatarSrc({ avatar }: { avatar: string | null }): string | undefined {
  return avatar === null ? undefined : `/account/avatar/${avatar}`;
}

/** Returns where a member's picture is; undefined: there is none. */
export function memberAvatarSrc(slug: string, person: { userId: string; avatar: string | null }): string | undefined {
  return person.avatar === null ? undefined : `/w/${slug}/avatar/${person.userId}/${person.avatar}`;
}

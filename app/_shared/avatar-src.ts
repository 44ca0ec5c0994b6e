/** Returns the address of the person's own picture; undefined: there is none. */
export function ownAvatarSrc({ avatar }: { avatar: string | null }): string | undefined {
  return avatar === null ? undefined : `/account/avatar/${avatar}`;
}

/** Returns the address of a member's picture; undefined: there is none. */
export function memberAvatarSrc(slug: string, person: { userId: string; avatar: string | null }): string | undefined {
  return person.avatar === null ? undefined : `/w/${slug}/avatar/${person.userId}/${person.avatar}`;
}

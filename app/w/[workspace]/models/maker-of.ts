/** Names who created a job or a batch: a member, or a service key. */
export function makerOf({ createdByName, keyName }: { createdByName: string | null; keyName: string | null }): string {
  if (createdByName !== null) return keyName === null ? createdByName : `${createdByName}, with the key ${keyName}`;
  return keyName === null ? "A former member" : `The key ${keyName}`;
}

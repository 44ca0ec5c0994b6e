import type { ModelVisibility } from "@/db/schema/models";

/** What decides who may use a model. */
export type Audience = {
  /** Whether another workspace shares it with this one; then all members may use it. */
  isShared: boolean;
  visibility: ModelVisibility;
  /** Its maker, while they are a member. */
  makerId: string | null;
  /** The members that it names and who are still members. */
  memberIds: string[];
};

/** Checks whether a person may use a model; `personId` null is a service key, which may use what all members may. */
export function isFor(personId: string | null, model: Audience): boolean {
  if (model.isShared || model.visibility === "workspace") return true;
  if (personId === null) return false;
  return model.visibility === "private" ? model.makerId === personId : model.memberIds.includes(personId);
}

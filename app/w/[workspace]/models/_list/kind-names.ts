/** The names of the kinds of models. */
export const kindNames = {
  "fine-tuned": "Fine-tuned",
  registered: "Registered",
  shared: "Shared with us",
  base: "Base",
} as const;

/** The names of the visibilities of a model. */
export const visibilityNames = {
  workspace: "All members",
  members: "Some members",
  private: "Its maker",
} as const;

/** What the kinds of models are called. */
export const kindNames = {
  "fine-tuned": "Fine-tuned",
  registered: "Registered",
  shared: "Shared with us",
  base: "Base",
} as const;

/** Who may use a model, in a word. */
export const visibilityNames = {
  workspace: "All members",
  members: "Some members",
  private: "Its maker",
} as const;

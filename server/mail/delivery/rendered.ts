/** A mail ready for delivery. `id` is its row in the outbox, the same for every attempt. */
export type RenderedMail = { id: string; from: string; to: string; subject: string; html: string; text: string };

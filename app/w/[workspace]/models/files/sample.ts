const conversation = (question: string, answer: string) =>
  JSON.stringify({
    messages: [
      { role: "system", content: "You answer customers of a bookshop, in one sentence." },
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  });

/** A complete small file of conversations, to start with. */
export const sampleFile = `${[
  conversation("Where is my order?", "Your parcel left our shop, and its number is in the mail we sent you."),
  conversation("Can I return a book?", "Yes, within 30 days, as long as it looks unread."),
  conversation("Do you ship abroad?", "We ship to every country in Europe, within a week."),
  conversation("Is the shop open on Sunday?", "No, we are open from Monday to Saturday, from nine to six."),
].join("\n")}\n`;

/** Examples of the two kinds of lines. */
export const formats = [
  {
    label: "Conversations",
    code: `{"messages": [{"role": "user", "content": "Where is my order?"}, {"role": "assistant", "content": "It left our shop."}]}
{"messages": [{"role": "user", "content": "Can I return a book?"}, {"role": "assistant", "content": "Yes, within 30 days."}]}`,
  },
  {
    label: "Plain text",
    code: `{"text": "The sea is much water, and salt."}
{"text": "A shelf by the window keeps the oldest books of the house."}`,
  },
];

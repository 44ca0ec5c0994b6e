import { expect, test } from "vitest";
import { isHearing } from "./announcements";
import { rememberByWorkspace } from "./by-workspace";

test("while announcements may not arrive, those who ask at once share one question, and the next one is asked anew", async () => {
  const asked: string[] = [];
  const answers: ((answer: string) => void)[] = [];
  const answerFor = rememberByWorkspace("routes", (workspaceId) => {
    asked.push(workspaceId);
    return new Promise<string>((resolve) => answers.push(resolve));
  });
  expect(isHearing()).toBe(false);
  const together = [answerFor("acme"), answerFor("acme"), answerFor("acme")];
  const other = answerFor("lab");
  expect(asked).toEqual(["acme", "lab"]);
  for (const answer of answers) answer("first");
  expect(await Promise.all([...together, other])).toEqual(["first", "first", "first", "first"]);
  const later = answerFor("acme");
  expect(asked).toEqual(["acme", "lab", "acme"]);
  answers[2]?.("second");
  expect(await later).toBe("second");
});

test("a question that failed is asked again", async () => {
  let isDown = true;
  const answerFor = rememberByWorkspace("routes", async () => {
    if (isDown) throw new Error("the database is away");
    return "answer";
  });
  await Promise.all([1, 2].map(() => expect(answerFor("acme")).rejects.toThrow("away")));
  isDown = false;
  expect(await answerFor("acme")).toBe("answer");
});

import { expect, test } from "vitest";
import { readSmtp } from "./smtp";

const read = (SMTP_URL: string) => readSmtp({ SMTP_URL });

test.each([
  [
    "smtps://ada:pw@mail.example.com",
    { host: "mail.example.com", port: 465, encryption: "tls", user: "ada", password: "pw" },
  ],
  [
    "smtp://ada:pw@mail.example.com",
    { host: "mail.example.com", port: 587, encryption: "starttls", user: "ada", password: "pw" },
  ],
  ["smtp://mail.example.com:25/", { host: "mail.example.com", port: 25, encryption: "starttls" }],
  [
    "SMTP://ada%40example.com:p%2Fw%25@mail.example.com:2525",
    { host: "mail.example.com", port: 2525, encryption: "starttls", user: "ada@example.com", password: "p/w%" },
  ],
  ["smtp://localhost:1025", { host: "localhost", port: 1025, encryption: "if-offered" }],
  ["smtp://postfix", { host: "postfix", port: 587, encryption: "if-offered" }],
  ["smtp://[::1]:25", { host: "::1", port: 25, encryption: "if-offered" }],
  ["smtp://10.0.0.9?starttls=required", { host: "10.0.0.9", port: 587, encryption: "starttls" }],
  ["smtp://postfix?timeout=40", { host: "postfix", port: 587, encryption: "if-offered", timeoutMs: 40_000 }],
  ["smtp://relay.example.com:25?starttls=never", { host: "relay.example.com", port: 25, encryption: "none" }],
])("%s", (url, settings) => {
  expect(read(url)).toEqual({ smtp: { timeoutMs: 15_000, ...settings }, complaints: [] });
});

test.each([
  ["mail.example.com", "must be like"],
  ["https://mail.example.com", "must be like"],
  ["smtp://", "must be like"],
  ["smtp://mail.example.com/inbox", "must be like"],
  ["smtp://mail.example.com?tls=yes", "knows no parameter"],
  ["smtp://mail.example.com?starttls=maybe", "must have starttls"],
  ["smtp://mail.example.com?timeout=0", "must have a timeout"],
  ["smtp://mail.example.com?timeout=90", "must have a timeout"],
  ["smtps://mail.example.com?starttls=required", "must not have starttls"],
  ["smtp://ada:p%w@mail.example.com", "percent-encoded"],
  ["smtp://:pw@mail.example.com", "no user"],
  ["smtp://ada:pw@mail.example.com?starttls=never", "unencrypted"],
  ["smtp://ada:pw@mail.example.com?starttls=if-offered", "unencrypted"],
])("%s is refused", (url, complaint) => {
  const { smtp, complaints } = read(url);
  expect(smtp).toBeNull();
  expect(complaints).toHaveLength(1);
  expect(complaints[0]).toContain("SMTP_URL ");
  expect(complaints[0]).toContain(complaint);
  expect(complaints[0]).not.toContain("pw");
});

test("mail goes out one way: by a mail server or by Resend", () => {
  expect(readSmtp({})).toEqual({ smtp: null, complaints: ["RESEND_API_KEY is not set, and neither is SMTP_URL"] });
  expect(readSmtp({ RESEND_API_KEY: "re_1" })).toEqual({ smtp: null, complaints: [] });
  expect(readSmtp({ RESEND_API_KEY: "re_1", SMTP_URL: "smtp://postfix" }).complaints).toEqual([
    "SMTP_URL must not be set together with RESEND_API_KEY",
  ]);
});

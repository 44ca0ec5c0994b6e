import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What is printed, a line a check, and what it came to. */
export class Report {
  passed = 0;
  /** The checks that failed. */
  readonly names: string[] = [];

  get failed(): number {
    return this.names.length;
  }

  say(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  /** One check. `detail` is shown either way: what was measured, or what is wrong. */
  check(name: string, isFine: boolean, detail = ""): void {
    if (isFine) this.passed += 1;
    else this.names.push(detail ? `${name} (${detail})` : name);
    this.say(`${isFine ? "ok    " : "FAILED"} ${name}${detail ? ` (${detail})` : ""}`);
  }

  /** Runs a part; what it throws is a failure of its own, and the parts after it are still run. */
  async part(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.check(name, false, error instanceof Error ? error.message : String(error));
    }
  }

  /** Prints the sum and leaves it where the test run looks for it. */
  close(): void {
    this.say(`\n${this.passed} passed, ${this.failed} failed`);
    const target = process.env.ATELIER_TEST_REPORT;
    if (!target) return;
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${JSON.stringify({ passed: this.passed, failed: this.failed, names: this.names })}\n`);
  }
}

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The output of a run, one line per check, and its result. */
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

  /** Prints one check. `detail` is shown in both cases: what was measured, or what is wrong. */
  check(name: string, isFine: boolean, detail = ""): void {
    if (isFine) this.passed += 1;
    else this.names.push(detail ? `${name} (${detail})` : name);
    this.say(`${isFine ? "ok    " : "FAILED"} ${name}${detail ? ` (${detail})` : ""}`);
  }

  /** Runs a part. An error that it throws counts as a failed check, and the following parts still run. */
  async part(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.check(name, false, error instanceof Error ? error.message : String(error));
    }
  }

  /** Prints the totals and writes them to the file that the test run reads. */
  close(): void {
    this.say(`\n${this.passed} passed, ${this.failed} failed`);
    const target = process.env.ATELIER_TEST_REPORT;
    if (!target) return;
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, `${JSON.stringify({ passed: this.passed, failed: this.failed, names: this.names })}\n`);
  }
}

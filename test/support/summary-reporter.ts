import type { FullConfig, Reporter, Suite } from '@playwright/test/reporter';
import { chaosTable } from './chaos-table.js';
import { realSuites } from './suites.js';

/** Says which suites ran and which could not, and ends the output with one plain line, `N passed, N failed[, N skipped]`, for what reads it by machine. */
export default class SummaryReporter implements Reporter {
  #suite: Suite | undefined;
  #errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  /** A file that could not be loaded has no tests to fail, and must not pass for none failed. */
  onError(): void {
    this.#errors += 1;
  }

  async onExit(): Promise<void> {
    const outcomes = (this.#suite?.allTests() ?? []).map((test) => test.outcome());
    const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
    const skipped = count('skipped');
    const failed = count('unexpected') + this.#errors;
    const ran = new Set(
      (this.#suite?.suites ?? []).flatMap(({ suites }) => suites.map((file) => file.title)),
    );
    const tests = this.#suite?.allTests() ?? [];
    for (const line of chaosTable(tests.flatMap((test) => test.results.flatMap((one) => one.annotations))))
      process.stdout.write(`${line}\n`);
    for (const line of sayRealSuites([...ran])) process.stdout.write(`${line}\n`);
    const counts = `${count('expected') + count('flaky')} passed, ${failed} failed`;
    process.stdout.write(`${counts}${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  }
}

/** One line for each suite that needs a program of this machine: those of a run that asks for other files are left out. */
function sayRealSuites(files: readonly string[]): string[] {
  return realSuites().flatMap(({ title, files: pattern, lacks, with: program }) => {
    if (lacks !== undefined) return [`NOT RUN: ${title}, for lack of ${lacks}`];
    return files.some((file) => pattern.test(file)) ? [`${title}: run with ${program}`] : [];
  });
}

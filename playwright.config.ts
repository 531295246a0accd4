import { defineConfig } from '@playwright/test';
import { CHROMIUM_ARGS, executable } from './test/support/launch.js';
import { realSuites } from './test/support/suites.js';

const isCi = Boolean(process.env.CI);
const suites = realSuites();
const missing = suites.filter((suite) => suite.lacks !== undefined);
if (isCi && missing.length > 0) {
  throw new Error(
    `CI runs all suites: ${missing.map(({ title, lacks }) => `${title} lacks ${lacks}`).join('; ')}`,
  );
}

export default defineConfig({
  fullyParallel: true,
  // Most tests wait for time to pass, or for a server that is broken on purpose: more than there are cores.
  workers: 3,
  retries: 0,
  forbidOnly: isCi,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [[isCi ? 'list' : 'line'], ['./test/support/summary-reporter.ts']],
  use: {
    browserName: 'chromium',
    launchOptions: { ...executable(), args: CHROMIUM_ARGS },
  },
  projects: [
    { name: 'unit', testDir: 'test/unit' },
    { name: 'browser', testDir: 'test/browser' },
    { name: 'real', testDir: 'test/real', testIgnore: missing.map(({ files }) => files) },
  ],
});

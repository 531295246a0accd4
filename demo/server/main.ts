import { fileURLToPath } from 'node:url';
import { createDemo, type Demo, type DemoOptions } from './app.js';
import { FolderInUse } from './embedded.js';
import { readSettings, SettingError, type Settings } from './settings.js';

/** A second demo beside a running one is welcome; it just cannot share its folder. */
async function startDemo(options: DemoOptions): Promise<Demo> {
  try {
    return await createDemo(options);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    process.stdout.write(`${error.message}.\nThis one keeps its orders in memory.\n`);
    return await createDemo({ ...options, dataDir: undefined });
  }
}

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

const settings = settingsOrExit();
const demo = await startDemo({
  ...settings,
  controlPort: settings.port && settings.port + 1,
  dataDir: settings.dataDir ?? fileURLToPath(new URL('../.data', import.meta.url)),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().finally(() => process.exit(0)));
}
process.stdout.write(`Faults: ${demo.control.origin}/\nDemo: ${demo.origin}/\n`);

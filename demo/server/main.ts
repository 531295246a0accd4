import { fileURLToPath } from 'node:url';
import { createDemo, type Demo } from './app.js';
import { FolderInUse } from './embedded.js';

const { env } = process;
const port = Number(env['PORT'] || 3000);
const options = {
  port,
  controlPort: port && port + 1,
  databaseUrl: env['DATABASE_URL'],
  dataDir: env['DEMO_DATA'] || fileURLToPath(new URL('../.data', import.meta.url)),
  log: env['DEMO_LOG'] === '1',
};

/** A second demo beside a running one is welcome; it just cannot share its folder. */
async function startDemo(): Promise<Demo> {
  try {
    return await createDemo(options);
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error;
    process.stdout.write(`${error.message}.\nThis one keeps its orders in memory.\n`);
    return await createDemo({ ...options, dataDir: undefined });
  }
}

const demo = await startDemo();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().finally(() => process.exit(0)));
}
process.stdout.write(`Faults: ${demo.control.origin}/\nDemo: ${demo.origin}/\n`);

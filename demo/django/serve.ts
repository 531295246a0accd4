import { createDjangoDemo, type DjangoDemo, type DjangoDemoOptions } from './demo.js';
import { DjangoMissing } from './python.js';

const MODES = ['full', 'dropin', 'off'] as const;
const { env } = process;

/** What cannot be started is said in a line, without a stack. */
function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function optionsOf(): DjangoDemoOptions {
  const port = Number(env['PORT'] || 3010);
  const mode = MODES.find((mode) => mode === (env['RESILIENT_MODE'] || 'full'));
  if (!mode) fail(`RESILIENT_MODE=${env['RESILIENT_MODE']}: expected one of ${MODES.join(', ')}`);
  return {
    mode,
    port,
    controlPort: port && port + 1,
    log: true,
    ...(env['DATABASE_URL'] && { database: { url: env['DATABASE_URL'] } }),
    ...(env['DEMO_DATA'] && { dataDir: env['DEMO_DATA'] }),
  };
}

async function start(): Promise<DjangoDemo> {
  try {
    return await createDjangoDemo(optionsOf());
  } catch (error) {
    if (error instanceof DjangoMissing) fail(error.message);
    throw error;
  }
}

const demo = await start();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.close().finally(() => process.exit(0)));
}
process.stdout.write(
  `The data is in ${demo.database}.\nFaults: ${demo.control.origin}/\nAdmin: ${demo.origin}/admin/ (ada / admin)\n`,
);

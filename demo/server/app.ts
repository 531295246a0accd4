import path from 'node:path';
import { createConnection } from './connection.js';
import { createControl } from './control.js';
import { createDatabase, type Database, type DatabaseOptions } from './database.js';
import { causeClass, DatabaseUnavailable } from './database-errors.js';
import { createFaults, type Faults } from './faults.js';
import type { Listener } from './listener.js';
import { createMetrics } from './metrics.js';
import { loadSecret, type Secret } from './secret.js';
import { createServer } from './server.js';
import { RESILIENCE, type ResilienceSettings, type Settings } from './settings.js';
import { createSigning } from './signing.js';
import { buildSite } from './site.js';
import { createSpool } from './spool.js';

export interface DemoOptions extends DatabaseOptions {
  /** @default 0, a free one; a free one as well when it is taken */
  port?: number;
  /** Port of the faults' controls. @default 0, a free one */
  controlPort?: number;
  /** To stdout: connection events, or requests as well; never what was sent. @default 'silent' */
  log?: Settings['log'];
  resilience?: Partial<ResilienceSettings>;
}

export interface Demo {
  origin: string;
  /** The faults' controls: `POST`, `DELETE` and `GET` of `/faults` there, with `X-Fault-Token`. */
  control: { origin: string; token: string };
  close(): Promise<void>;
}

/** Starts the demo on loopback and resolves when it answers, with its database or without. */
export async function createDemo(options: DemoOptions = {}): Promise<Demo> {
  const { dataDir } = options;
  const database = await createDatabase(options);
  const secret = await loadSecret(dataDir);
  await begin(database, secret);
  const signing = createSigning(secret.value);
  const token = signing.mac('faults', '');

  const faults: Faults = createFaults({
    refuse: { begin: () => listener.close(), end: () => reopen(listener) },
    database: { begin: () => database.cut(), end: () => database.restore() },
  });
  const control = await createControl({ faults, token, demoPort: () => listener.port() });
  const { app, listener } = createServer(faults, options.log ?? 'silent');
  const metrics = createMetrics();
  const connection = await createConnection({
    database,
    settings: { ...RESILIENCE, ...options.resilience },
    spool: await createSpool(dataDir && path.join(dataDir, 'parked')),
    log: app.log,
    metrics,
    onBack: () =>
      void secret.agree(database).catch((error: unknown) => {
        app.log.warn({ cause: causeClass(error) }, 'no secret agreed on');
      }),
  });
  // Nobody waits for it: the server is told whether its database is there.
  void connection.ping().catch(() => {});
  const link = { port: () => control.listener.port(), token };
  const stopSite = await buildSite(app, { database, connection, signing, faults, metrics, control: link });

  await control.listener.open(options.controlPort ?? 0);
  await listener.open(options.port ?? 0);

  return {
    origin: `http://127.0.0.1:${listener.port()}`,
    control: { origin: `http://127.0.0.1:${control.listener.port()}`, token },
    async close() {
      stopSite();
      connection.close();
      await faults.end().catch(() => {});
      await Promise.all([listener.close(), control.listener.close()]);
      await Promise.all([app.close(), control.app.close()]);
      await database.close();
    },
  };
}

/** The tables, and the secret that all processes share. A database that is away is waited for by others. */
async function begin(database: Database, secret: Secret): Promise<void> {
  try {
    await secret.agree(database);
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return;
    await database.close();
    throw error;
  }
}

/** The port may have been taken while it was closed: it is the demo's address, so it is waited for a while. */
async function reopen(listener: Listener): Promise<void> {
  for (let attempts = 20; ; attempts -= 1) {
    try {
      return await listener.open(listener.port(), true);
    } catch (error) {
      if (attempts === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

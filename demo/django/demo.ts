import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createControl } from '../server/control.js';
import { createFaults, type Faults } from '../server/faults.js';
import { createGate } from '../server/gate.js';
import { createListener, type Listener } from '../server/listener.js';
import type { Postgres } from '../server/postgres.js';
import { createDemoDatabase, type DatabaseChoice, type DemoDatabase } from './database.js';
import { createDjangoProcess, type DjangoProcess } from './process.js';
import { createProxy } from './proxy.js';
import { findPython } from './python.js';

export interface DjangoDemoOptions {
  /** `full`: the app with its middleware; `dropin`: one script tag; `off`: Django as it comes. @default 'full' */
  mode?: 'full' | 'dropin' | 'off';
  /** Without it PostgreSQL where it is installed, else SQLite. */
  database?: DatabaseChoice;
  /** @default 0, a free one; a free one as well when it is taken */
  port?: number;
  /** Port of the faults' controls. @default 0, a free one */
  controlPort?: number;
  /** Folder of databases, uploads and parked operations. */
  dataDir?: string;
  /** Pass Django's log lines on to stderr. @default false */
  log?: boolean;
  /** More for Django's environment: `SESSION_COOKIE_AGE`, `CSRF_USE_SESSIONS`, … */
  env?: Record<string, string>;
}

export interface DjangoDemo {
  /** Through the faults. */
  origin: string;
  /** Django's own. */
  direct: string;
  /** The faults' controls: `POST`, `DELETE` and `GET` of `/faults` there, with `X-Fault-Token`. */
  control: { origin: string; token: string };
  /** What the data is in, in words. */
  database: string;
  postgres?: Postgres;
  /** The process: killed and started again on the same port. */
  django: Pick<DjangoProcess, 'kill' | 'start'>;
  /** Runs `manage.py` and returns what it prints. */
  python(args: string[]): Promise<string>;
  /** The last lines of Django's log. */
  logged(): string[];
  close(): Promise<void>;
}

const DATA = fileURLToPath(new URL('../.data/django', import.meta.url));

/**
 * Starts the Django demo on loopback and resolves when it answers.
 *
 * @throws {DjangoMissing} when there is no Python with Django.
 */
export async function createDjangoDemo(options: DjangoDemoOptions = {}): Promise<DjangoDemo> {
  const python = findPython();
  const dataDir = options.dataDir ?? DATA;
  await mkdir(dataDir, { recursive: true });
  const database = await createDemoDatabase(options.database, dataDir, python);
  try {
    const django = await createDjangoProcess({
      python: python.program,
      log: options.log ?? false,
      env: { DEMO_DATA: dataDir, RESILIENT_MODE: options.mode ?? 'full', ...database.env, ...options.env },
    });
    return await standBefore(django, database, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The gate, the faults' controls and the proxy. */
async function standBefore(
  django: DjangoProcess,
  database: DemoDatabase,
  options: DjangoDemoOptions,
): Promise<DjangoDemo> {
  const token = randomBytes(18).toString('base64url');
  const faults: Faults = createFaults({
    refuse: { begin: () => listener.close(), end: () => listener.open(listener.port(), true) },
    database: { begin: database.stop, end: database.start },
  });
  const proxy = createProxy(() => django.port, faults);
  const listener: Listener = createListener(createGate(faults, proxy.handler));
  const control = await createControl({ faults, token, demoPort: () => listener.port() });
  await listener.open(options.port ?? 0);
  await control.listener.open(options.controlPort ?? 0);

  return {
    origin: `http://127.0.0.1:${listener.port()}`,
    direct: `http://127.0.0.1:${django.port}`,
    control: { origin: `http://127.0.0.1:${control.listener.port()}`, token },
    database: database.title,
    ...(database.postgres && { postgres: database.postgres }),
    django: { kill: django.kill, start: django.start },
    python: django.manage,
    logged: django.logged,
    async close() {
      await faults.end().catch(() => {});
      await Promise.all([listener.close(), control.listener.close()]);
      proxy.close();
      await control.app.close();
      await django.close();
      await database.close();
    },
  };
}

import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Queryable } from './database.js';

/** The server's secret, kept with the data so that a restart signs nobody out, and shared by its processes. */
export interface Secret {
  value(): string;
  /** Agrees with the database on it; resolves when that is done. */
  agree(database: Queryable): Promise<void>;
}

/** There without the database: from the data folder, or a new one that becomes the database's when it has none. */
export async function loadSecret(dataDir?: string): Promise<Secret> {
  const file = dataDir && path.join(dataDir, 'secret');
  let secret =
    (file && (await readFile(file, 'utf8').catch(() => ''))) || randomBytes(32).toString('base64url');
  return {
    value: () => secret,
    async agree(database) {
      await database.query(`insert into settings values ('secret', $1) on conflict do nothing`, [secret]);
      const { rows } = await database.query<{ value: string }>(
        `select value from settings where name = 'secret'`,
      );
      secret = rows[0]?.value ?? secret;
      if (!dataDir || !file) return;
      await mkdir(dataDir, { recursive: true });
      await writeFile(file, secret, { mode: 0o600 });
    },
  };
}

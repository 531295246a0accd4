import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDemo } from '../../demo/server/app.js';
import { createPostgres } from '../../demo/server/postgres.js';
import { createVisitor } from '../unit/demo-world.js';
import { median } from './keystroke.js';

const ROUNDS = 300;
const WARM_UP = 30;

/** What the check of a key costs the server: a POST with and without one on a real PostgreSQL, taken in turns; medians in ms. */
export async function idempotencyCost(): Promise<string[][]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'resilient-bench-'));
  // PostgreSQL may run under another account, which has to get through.
  await chmod(folder, 0o711);
  const postgres = await createPostgres(path.join(folder, 'postgres'));
  const demo = await createDemo({ databaseUrl: postgres.connectionString() });
  const visitor = createVisitor(demo.origin);
  await visitor.send('/orders/new/');
  const kinds = {
    without: () => visitor.order(),
    'with a key': () => visitor.order({ idempotency_key: randomUUID() }),
    'the key again': () => visitor.order({ idempotency_key: 'the-same-key-each-time' }),
  };
  const times = new Map<string, number[]>();
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [kind, post] of Object.entries(kinds)) {
      const began = performance.now();
      const { status } = await post();
      if (status !== 303) throw new Error(`a POST ${kind} was answered ${status}`);
      if (round >= 0) times.set(kind, [...(times.get(kind) ?? []), performance.now() - began]);
    }
  }
  await demo.close();
  await postgres.close();
  await rm(folder, { recursive: true, force: true });
  return [
    [`a POST on PostgreSQL, ms, median of ${ROUNDS}:`],
    ...[...times].map(([kind, measured]) => [kind, median(measured).toFixed(2)]),
  ];
}

import { causeClass, DatabaseUnavailable } from './database-errors.js';
import type { Operation, Spool } from './spool.js';

/** What became of the operations that were tried again. */
export interface RetryResult {
  retried: number;
  succeeded: number;
  failed: number;
  remaining: number;
  /** `away`: it was stopped by the database, and what remains was not tried. */
  database: 'there' | 'away';
}

/** For staff: nothing of what an operation carries. */
export interface ParkedDetail {
  name: string;
  /** In seconds. */
  age: number;
  attempts: number;
  lastError: string | null;
}

/**
 * Side effects that nobody waits for and that must not fail a request: what cannot be done while the database is
 * away is kept and done later, in order. Never a submission: that is answered 503, and the client keeps it until
 * it is told that it was handled.
 */
export interface Parked {
  /** Does it now or keeps it; resolves when one of the two is so. Never rejects. */
  run(operation: Operation): Promise<void>;
  /** Tries all that is parked, in order, until the database goes away; two at once share one pass. */
  retry(): Promise<RetryResult>;
  count(): number;
  /** Parked operations that the database has not refused yet: worth trying by themselves. */
  fresh(): number;
  details(): ParkedDetail[];
}

interface Deps {
  spool: Spool;
  perform: (operation: Operation) => Promise<void>;
  isAway: () => boolean;
  /** Most operations kept. @default 1000 */
  limit?: number;
  onParked: (name: string) => void;
  /** Not kept at all (`full`), or in memory only (what the disk said). */
  onDropped: (name: string, cause: string) => void;
  onRetried: (result: RetryResult) => void;
}

interface Failure {
  attempts: number;
  lastError: string;
  refused: boolean;
}

export async function createParked(deps: Deps): Promise<Parked> {
  const { spool, perform, isAway, limit = 1000 } = deps;
  let waiting = await spool.list();
  const failures = new Map<string, Failure>();
  let pass: Promise<RetryResult> | undefined;
  let parking: Promise<void> = Promise.resolve();

  const failed = ({ id }: Operation, error: unknown) => {
    const attempts = (failures.get(id)?.attempts ?? 0) + 1;
    const refused = !(error instanceof DatabaseUnavailable);
    failures.set(id, { attempts, lastError: causeClass(error), refused });
  };

  const park = async (operation: Operation) => {
    if (waiting.length >= limit) return deps.onDropped(operation.name, 'full');
    // Written before it can be tried: what is done is then surely taken out of the spool.
    await spool.add(operation).catch((error: unknown) => deps.onDropped(operation.name, causeClass(error)));
    waiting.push(operation);
    deps.onParked(operation.name);
  };

  /** One after the other, in the order they were asked for. */
  const parkInTurn = (operation: Operation) => (parking = parking.then(() => park(operation)));

  const settle = async (operation: Operation): Promise<'done' | 'refused' | 'away'> => {
    try {
      await perform(operation);
    } catch (error) {
      failed(operation, error);
      return error instanceof DatabaseUnavailable ? 'away' : 'refused';
    }
    await spool.remove(operation.id).catch(() => {});
    waiting = waiting.filter(({ id }) => id !== operation.id);
    failures.delete(operation.id);
    return 'done';
  };

  const retryAll = async (): Promise<RetryResult> => {
    const result: RetryResult = { retried: 0, succeeded: 0, failed: 0, remaining: 0, database: 'there' };
    // What is parked meanwhile waits for the next pass: then it is in the spool for certain.
    const all = waiting.slice();
    for (const operation of all) {
      const outcome = await settle(operation);
      result.retried += 1;
      result[outcome === 'done' ? 'succeeded' : 'failed'] += 1;
      if (outcome === 'away') {
        result.database = 'away';
        break;
      }
    }
    result.remaining = waiting.length;
    if (result.retried > 0) deps.onRetried(result);
    return result;
  };

  return {
    async run(operation) {
      // Behind what waits already, so that the order is kept.
      if (isAway() || waiting.length > 0) return await parkInTurn(operation);
      try {
        await perform(operation);
      } catch (error) {
        failed(operation, error);
        await parkInTurn(operation);
      }
    },
    retry() {
      pass ??= retryAll().finally(() => (pass = undefined));
      return pass;
    },
    count: () => waiting.length,
    fresh: () => waiting.filter(({ id }) => !failures.get(id)?.refused).length,
    details: () =>
      waiting.map(({ id, name, at }) => ({
        name,
        age: Math.max(0, Math.round((Date.now() - at) / 1000)),
        attempts: failures.get(id)?.attempts ?? 0,
        lastError: failures.get(id)?.lastError ?? null,
      })),
  };
}

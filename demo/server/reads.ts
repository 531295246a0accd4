import { LRUCache } from 'lru-cache';
import { DatabaseUnavailable } from './database-errors.js';
import type { ResilientDatabaseOperation } from './resilience.js';

/** What a page shows; `asOf` when it is older because the database is away. */
export interface Reading<T> {
  value: T;
  asOf: Date | null;
}

/** Reading for pages that only show; never for a form that edits: an old value must not overwrite a newer one. */
export interface Reads {
  /**
   * The database's answer, or the last good one while it is away; what is `null` is not kept. The name says all
   * that the answer depends on: the owner too, where it is the owner's.
   *
   * @throws {DatabaseUnavailable} when there is no last one.
   */
  read<T extends object>(name: string, load: () => Promise<T | null>): Promise<Reading<T | null>>;
  /** Something changed: what was read before it is no longer good. */
  forget(...names: string[]): void;
  size(): number;
}

interface Deps {
  operation: ResilientDatabaseOperation;
  onDegraded: () => void;
  /** Most answers kept. @default 500 */
  max?: number;
}

export function createReads({ operation, onDegraded, max = 500 }: Deps): Reads {
  const kept = new LRUCache<string, { value: object; at: Date }>({ max });
  return {
    async read<T extends object>(name: string, load: () => Promise<T | null>): Promise<Reading<T | null>> {
      const last = kept.get(name);
      try {
        const at = new Date();
        // With an answer at hand nobody has to wait for further tries.
        const value = await operation(load, last ? { retries: 0 } : {});
        if (value) kept.set(name, { value, at });
        else kept.delete(name);
        return { value, asOf: null };
      } catch (error) {
        if (!last || !(error instanceof DatabaseUnavailable)) throw error;
        onDegraded();
        return { value: last.value as T, asOf: last.at };
      }
    },
    forget(...names) {
      for (const name of names) kept.delete(name);
    },
    size: () => kept.size,
  };
}

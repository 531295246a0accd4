import { nameOf, StorageError } from '../errors.js';
import type { StorageErrorEvent } from '../types.js';
import { createMemoryStore } from './memory.js';
import type { Store } from './store.js';

/**
 * A store that turns to memory when the real one cannot be opened, and says so once. A failed write is said each time and
 * stays failed: what was promised as stored is never only in memory.
 */
export function createFallbackStore(real: Store, onError: (event: StorageErrorEvent) => void): Store {
  let current = real;

  const attempt = async <T>(task: (store: Store) => Promise<T>): Promise<T> => {
    try {
      return await task(current);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const blocked = error.operation === 'open';
      // Said already, by what was asked at the same time.
      if (blocked && current !== real) return task(current);
      onError({
        operation: error.operation,
        fallback: blocked ? 'memory' : 'none',
        name: nameOf(error.cause),
      });
      if (!blocked) throw error;
      current = createMemoryStore();
      return task(current);
    }
  };

  return {
    get durable() {
      return current.durable;
    },
    get: (key) => attempt((store) => store.get(key)),
    list: (prefix) => attempt((store) => store.list(prefix)),
    write: (ops) => attempt((store) => store.write(ops)),
    transact: (prefixes, change) => attempt((store) => store.transact(prefixes, change)),
  };
}

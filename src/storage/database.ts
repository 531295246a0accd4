import { promisifyRequest, type UseStore } from 'idb-keyval';
import { StorageError } from '../errors.js';
import type { Key, Op, Store, Stored } from './store.js';

const name = 'resilient-forms';
const table = 'records';

/** Longest wait for the database to open, milliseconds: some browsers never answer when the profile is broken. */
const patience = 5000;

/** Error names after which a connection is of no more use; a new one usually works. */
const stale = new Set(['InvalidStateError', 'AbortError', 'UnknownError', 'TransactionInactiveError']);

/**
 * One object store for everything, so that a submission and its draft are one transaction. idb-keyval's own
 * `createStore` never closes for another tab and never opens again after an error: this one does both.
 */
export function createStore(signal: AbortSignal): Store {
  let opening: Promise<IDBDatabase> | undefined;

  const forget = (database?: IDBDatabase) => {
    database?.close();
    opening = undefined;
  };
  const connect = (): Promise<IDBDatabase> => {
    opening ??= open(forget).catch((error: unknown) => {
      opening = undefined;
      throw new StorageError('open', error);
    });
    return opening;
  };
  const use: UseStore = async (mode, callback) => {
    const database = await connect();
    // `strict`: acknowledged means on disk, which is what "saved" promises (IndexedDB #482).
    const transaction = database.transaction(table, mode, { durability: 'strict' });
    return callback(transaction.objectStore(table));
  };

  /** A connection may have died since it was opened: everything is tried once more on a new one. */
  const run = async <T>(
    operation: 'read' | 'write',
    mode: IDBTransactionMode,
    task: (store: IDBObjectStore) => Promise<T>,
  ): Promise<T> => {
    try {
      return await use(mode, task);
    } catch (error) {
      if (error instanceof StorageError) throw error;
      if (!stale.has((error as Error).name)) throw new StorageError(operation, error);
    }
    void opening?.then(forget);
    opening = undefined;
    try {
      return await use(mode, task);
    } catch (error) {
      throw error instanceof StorageError ? error : new StorageError(operation, error);
    }
  };

  signal.addEventListener('abort', () => void opening?.then(forget, () => undefined), { once: true });

  return {
    durable: true,
    get: <T>(key: Key) =>
      run('read', 'readonly', (store) => promisifyRequest<T | undefined>(store.get(key as IDBValidKey))),
    list: <T>(prefix: Key) => run('read', 'readonly', (store) => read<T>(store, prefix)),
    write: (ops) =>
      run('write', 'readwrite', (store) => {
        apply(store, ops);
        return promisifyRequest(store.transaction);
      }),
    transact: (prefixes, change) =>
      run('write', 'readwrite', async (store) => {
        const done = promisifyRequest(store.transaction);
        // Awaited below; a rejection before that must not count as unhandled.
        done.catch(() => undefined);
        const found = await Promise.all(prefixes.map((prefix) => read(store, prefix)));
        const { ops, result } = decide(store, () => change(found));
        apply(store, ops);
        await done;
        return result;
      }),
  };
}

function open(onClosed: (database?: IDBDatabase) => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(table));
    const timer = setTimeout(() => reject(new DOMException('no answer', 'TimeoutError')), patience);
    request.addEventListener('error', () => reject(request.error ?? new Error('open failed')));
    // Another tab holds an older version open and does not let go: an answer may never come.
    request.addEventListener('blocked', () => reject(new DOMException('blocked', 'TimeoutError')));
    request.addEventListener('success', () => {
      clearTimeout(timer);
      const database = request.result;
      database.addEventListener('close', () => onClosed());
      database.addEventListener('versionchange', () => onClosed(database));
      resolve(database);
    });
  });
}

/** A throwing `change` must leave nothing behind. */
function decide<T>(store: IDBObjectStore, change: () => T): T {
  try {
    return change();
  } catch (error) {
    store.transaction.abort();
    throw error;
  }
}

function apply(store: IDBObjectStore, ops: readonly Op[]): void {
  for (const op of ops) {
    if ('put' in op) store.put(op.value, op.put as IDBValidKey);
    else if ('delete' in op) store.delete(op.delete as IDBValidKey);
    else store.delete(rangeOf(op.deletePrefix));
  }
}

async function read<T>(store: IDBObjectStore, prefix: Key): Promise<Stored<T>[]> {
  const range = rangeOf(prefix);
  const [keys, values] = await Promise.all([
    promisifyRequest(store.getAllKeys(range)),
    promisifyRequest<T[]>(store.getAll(range)),
  ]);
  return values.map((value, index) => ({ key: keys[index] as unknown as Key, value }));
}

/** From the prefix itself to everything below it: an array sorts after every string and number. */
const rangeOf = (prefix: Key): IDBKeyRange => IDBKeyRange.bound([...prefix], [...prefix, []]);

import { promisifyRequest } from 'idb-keyval';
import { nameOf, StorageError } from '../errors.js';
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

  /** Only this connection: another task may have opened a new one meanwhile. */
  const forget = (mine: Promise<IDBDatabase>): void => {
    if (opening === mine) opening = undefined;
    void mine.then(
      (database) => database.close(),
      () => undefined,
    );
  };
  const connect = (): Promise<IDBDatabase> => {
    if (opening) return opening;
    const mine: Promise<IDBDatabase> = open(() => forget(mine));
    opening = mine;
    return mine;
  };

  const use = async <T>(mine: Promise<IDBDatabase>, mode: IDBTransactionMode, task: Task<T>): Promise<T> => {
    const database = await mine;
    // `strict`: acknowledged means on disk, which is what "saved" promises (IndexedDB #482).
    const transaction = database.transaction(table, mode, { durability: 'strict' });
    return task(transaction.objectStore(table));
  };

  /** A connection may have died since it was opened, or not open once: everything is tried once more on a new one. */
  const run = async <T>(operation: 'read' | 'write', mode: IDBTransactionMode, task: Task<T>): Promise<T> => {
    const first = connect();
    try {
      return await use(first, mode, task);
    } catch (error) {
      const failure = failureOf(operation, error, await isOpened(first));
      if (failure === 'again') forget(first);
      else throw failure;
    }
    const second = connect();
    try {
      return await use(second, mode, task);
    } catch (error) {
      const opened = await isOpened(second);
      if (!opened) forget(second);
      const failure = failureOf(operation, error, opened);
      throw failure === 'again' ? new StorageError(opened ? operation : 'open', error) : failure;
    }
  };

  signal.addEventListener('abort', () => opening && forget(opening), { once: true });

  return {
    durable: true,
    get: <T>(key: Key) =>
      run('read', 'readonly', (store) => promisifyRequest<T | undefined>(store.get(key as IDBValidKey))),
    list: <T>(prefix: Key) => run('read', 'readonly', (store) => read<T>(store, prefix)),
    write: (ops) =>
      run('write', 'readwrite', (store) => {
        const done = promisifyRequest(store.transaction);
        return orAbort(store, done, () => apply(store, ops)).then(() => done);
      }),
    transact: (prefixes, change) =>
      run('write', 'readwrite', async (store) => {
        const done = promisifyRequest(store.transaction);
        const found = await Promise.all(prefixes.map((prefix) => read(store, prefix)));
        const result = await orAbort(store, done, () => {
          const { ops, result } = change(found);
          apply(store, ops);
          return result;
        });
        await done;
        return result;
      }),
  };
}

type Task<T> = (store: IDBObjectStore) => Promise<T>;

/** What to throw, or whether a new connection may do better. What `change` itself threw is its caller's. */
function failureOf(operation: 'read' | 'write', error: unknown, opened: boolean): unknown {
  const name = nameOf(error);
  if (!opened) return name === 'TimeoutError' ? new StorageError('open', error) : 'again';
  if (stale.has(name)) return 'again';
  // There is a database of our name without our table: as good as none.
  if (name === 'NotFoundError') return new StorageError('open', error);
  return error instanceof DOMException ? new StorageError(operation, error) : error;
}

const isOpened = (opening: Promise<IDBDatabase>): Promise<boolean> =>
  opening.then(
    () => true,
    () => false,
  );

function open(onClosed: () => void): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(table));
    let waiting = true;
    const giveUp = (error: DOMException) => {
      waiting = false;
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => giveUp(new DOMException('no answer', 'TimeoutError')), patience);
    request.addEventListener('error', () => giveUp(request.error!));
    // Another tab holds an older version open and does not let go: an answer may never come.
    request.addEventListener('blocked', () => giveUp(new DOMException('blocked', 'TimeoutError')));
    request.addEventListener('success', () => {
      clearTimeout(timer);
      const database = request.result;
      if (!waiting) return database.close();
      database.addEventListener('close', onClosed);
      database.addEventListener('versionchange', onClosed);
      resolve(database);
    });
  });
}

/** What throws half-way must leave nothing behind. */
async function orAbort<T>(store: IDBObjectStore, done: Promise<unknown>, task: () => T): Promise<T> {
  // Awaited by the caller; a rejection before that must not count as unhandled.
  done.catch(() => undefined);
  try {
    return task();
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

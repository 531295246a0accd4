import type { Key, Op, Store, Stored } from './store.js';

/** What stands in when the browser gives no storage: lives as long as the page, and says so by `durable`. */
export function createMemoryStore(): Store {
  const records = new Map<string, Stored>();

  const list = <T>(prefix: Key): Stored<T>[] =>
    [...records.values()].filter(({ key }) =>
      prefix.every((part, index) => key[index] === part),
    ) as Stored<T>[];

  const apply = (ops: readonly Op[]): void => {
    for (const op of ops) {
      if ('put' in op) records.set(JSON.stringify(op.put), { key: op.put, value: structuredClone(op.value) });
      else if ('delete' in op) records.delete(JSON.stringify(op.delete));
      else for (const { key } of list(op.deletePrefix)) records.delete(JSON.stringify(key));
    }
  };

  return {
    durable: false,
    get: async <T>(key: Key) => records.get(JSON.stringify(key))?.value as T | undefined,
    list: async (prefix) => list(prefix),
    write: async (ops) => apply(ops),
    transact: async (prefixes, change) => {
      const { ops, result } = change(prefixes.map((prefix) => list(prefix)));
      apply(ops);
      return result;
    },
  };
}

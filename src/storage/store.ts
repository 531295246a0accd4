/** The one shape of storage: IndexedDB has it, and the memory that stands in for it. */

/** Keys are arrays, so that all records of a kind are one range. */
export type Key = readonly (string | number)[];

export interface Stored<T = unknown> {
  key: Key;
  value: T;
}

export type Op = { put: Key; value: unknown } | { delete: Key } | { deletePrefix: Key };

export interface Store {
  /** Whether what was written survives the page. */
  readonly durable: boolean;
  get<T>(key: Key): Promise<T | undefined>;
  /** All records whose key begins with the prefix (the record of exactly that key included), in key order. */
  list<T>(prefix: Key): Promise<Stored<T>[]>;
  /** All or nothing; resolves after the transaction completed. */
  write(ops: readonly Op[]): Promise<void>;
  /**
   * Reads the prefixes, lets the synchronous `change` decide, and applies its ops, in one transaction.
   * `found[i]` are the records under `prefixes[i]`.
   */
  transact<T>(prefixes: readonly Key[], change: (found: Stored[][]) => Change<T>): Promise<T>;
}

export interface Change<T> {
  ops: readonly Op[];
  result: T;
}

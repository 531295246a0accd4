import { metaKey } from './storage/records.js';
import type { Store } from './storage/store.js';

interface IdempotencyRecord {
  v: 1;
  /** The server gave proof for a key. */
  proven: true;
}

export interface IdempotencyMemory {
  /** Whether the server is known to de-duplicate: it says so in its health answers, or gave proof for a key before. */
  dedupes(): boolean;
  /** The server gave proof. Remembered for later pages. */
  proven(): void;
  /** What earlier pages learned is known here. Never rejects. */
  ready: Promise<void>;
}

/** Remembers whether sending again is harmless. */
export function createIdempotencyMemory(store: Store, said: () => boolean): IdempotencyMemory {
  let known = false;
  const ready = store
    .get<IdempotencyRecord>(metaKey('idempotency'))
    .then((record) => void (known ||= record?.v === 1 && record.proven))
    .catch(() => undefined);
  return {
    dedupes: () => known || said(),
    proven: () => {
      if (known) return;
      known = true;
      const value: IdempotencyRecord = { v: 1, proven: true };
      void store.write([{ put: metaKey('idempotency'), value }]).catch(() => undefined);
    },
    ready,
  };
}

import { metaKey } from './storage/records.js';
import type { Store } from './storage/store.js';

interface IdempotencyRecord {
  v: 1;
  /** The server gave proof for a key. */
  proven?: true;
  /** For how long it said that it remembers a key, milliseconds. */
  keyLife?: number;
}

export interface IdempotencyMemory {
  /** Whether the server is known to de-duplicate: it says so in its health answers, or gave proof for a key before. */
  dedupes(): boolean;
  /** For how long the server remembers a key, milliseconds; `undefined` when it never said. */
  keyLife(): number | undefined;
  /** The server gave proof. Remembered for later pages. */
  proven(): void;
  /** Takes in what the newest health answer said. */
  learn(): void;
  /** What earlier pages learned is known here. Never rejects. */
  ready: Promise<void>;
}

/** Remembers whether sending again is harmless, and for how long. */
export function createIdempotencyMemory(
  store: Store,
  said: { dedupes(): boolean; keyLife(): number | undefined },
): IdempotencyMemory {
  let known: IdempotencyRecord = { v: 1 };
  const ready = store
    .get<IdempotencyRecord>(metaKey('idempotency'))
    .then((record) => void (record?.v === 1 && (known = { ...record, ...known })))
    .catch(() => undefined);
  const remember = (news: Partial<IdempotencyRecord>): void => {
    known = { ...known, ...news };
    void store.write([{ put: metaKey('idempotency'), value: known }]).catch(() => undefined);
  };
  return {
    dedupes: () => known.proven === true || said.dedupes(),
    keyLife: () => said.keyLife() ?? known.keyLife,
    proven: () => {
      if (!known.proven) remember({ proven: true });
    },
    learn: () => {
      const keyLife = said.keyLife();
      if (keyLife !== undefined && keyLife !== known.keyLife) remember({ keyLife });
    },
    ready,
  };
}

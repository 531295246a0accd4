import { metaKey } from '../storage/records.js';
import type { Store } from '../storage/store.js';

interface HealthRecord {
  v: 1;
  /** The address that answered as a health URL does. */
  url: string;
}

/** Remembers over pages that this health URL has answered as one does. */
export interface Acquaintance {
  isProven(): boolean;
  prove(): void;
  /** What earlier pages learned is known. Never rejects. */
  ready: Promise<void>;
}

export function createAcquaintance(store: Store, url: string): Acquaintance {
  let proven = false;
  const ready = store
    .get<HealthRecord>(metaKey('health'))
    .then((record) => void (proven ||= record?.v === 1 && record.url === url))
    .catch(() => undefined);
  return {
    isProven: () => proven,
    prove: () => {
      if (proven) return;
      proven = true;
      const value: HealthRecord = { v: 1, url };
      void store.write([{ put: metaKey('health'), value }]).catch(() => undefined);
    },
    ready,
  };
}

import { metaKey } from '../storage/records.js';
import type { Store } from '../storage/store.js';

interface RetryAtRecord {
  v: 1;
  at: number;
}

/** `Retry-After` of the health URL; survives a reload. */
export interface HoldOff {
  /** Epoch milliseconds; `undefined` when the server may be asked. */
  until(): number | undefined;
  set(at: number): void;
  clear(): void;
  /** What was stored is known, or will never be. Never rejects. */
  ready: Promise<void>;
}

const day = 86_400_000;

export function createHoldOff({ store, now }: { store: Store; now: () => number }): HoldOff {
  let at: number | undefined;
  let touched = false;

  // The store says by itself when it fails; asking the server too early is the worst that comes of it here.
  const write = (op: Parameters<Store['write']>[0]) => void store.write(op).catch(() => undefined);

  async function load(): Promise<void> {
    const record = await store.get<Partial<RetryAtRecord>>(metaKey('retry-at'));
    // A clock set back since then must not turn an hour into a year.
    const sane = record?.v === 1 && typeof record.at === 'number' && record.at <= now() + day;
    if (sane && !touched) at = record.at;
  }

  return {
    until: () => (at !== undefined && at > now() ? at : undefined),
    set(time) {
      touched = true;
      if (time === at) return;
      at = time;
      write([{ put: metaKey('retry-at'), value: { v: 1, at: time } satisfies RetryAtRecord }]);
    },
    clear() {
      const known = at !== undefined;
      touched = true;
      at = undefined;
      if (known) write([{ delete: metaKey('retry-at') }]);
    },
    ready: load().catch(() => undefined),
  };
}

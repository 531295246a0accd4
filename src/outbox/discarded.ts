import { createTimer } from '../lib/timer.js';
import {
  deletionOf,
  discardedIn,
  discardedKey,
  discardedPrefix,
  draftKey,
  entryKey,
  handOverAgain,
  type DiscardedRecord,
  type EntryRecord,
} from '../storage/records.js';
import type { Key, Op, Store } from '../storage/store.js';

/** How long a person may change their mind at most, milliseconds. */
const longest = 3_600_000;
/** After the start of a page, before it looks for what another left, milliseconds. */
const patience = 1000;

/** What a person discarded and may still want back: out of the outbox, never sent, and soon deleted for good. */
export interface Discarded {
  /** Back in its place, and its draft with it if that is as it was; `undefined` when it is too late. */
  bringBack(id: string): Promise<EntryRecord | undefined>;
  /** Nobody will ask for these again. */
  forget(ids: readonly string[]): Promise<void>;
}

export interface DiscardedDeps {
  store: Store;
  owner: string;
  /** Nobody can bring this one back any more. */
  onOver(entry: EntryRecord): void;
  signal: AbortSignal;
}

export function createDiscarded({ store, owner, onOver, signal }: DiscardedDeps): Discarded {
  const isOver = ({ at }: DiscardedRecord) => at + longest <= Date.now();
  const remove = async (
    keys: readonly Key[],
    isGone: (record: DiscardedRecord) => boolean,
  ): Promise<void> => {
    const gone = await store.transact(keys, (found) => {
      const records = discardedIn(found.flat()).filter(isGone);
      return { ops: deletionOf(records), result: records };
    });
    for (const { entry } of gone) if (entry.owner === owner) onOver(entry);
  };
  /** Deletes what is too old, whoever discarded it: the tab that did may have died. */
  const expire = async (): Promise<void> => {
    const all = discardedIn(await store.list(discardedPrefix()));
    if (all.some(isOver)) await remove([discardedPrefix()], isOver);
    const left = all.filter((record) => !isOver(record));
    timer.at(Math.min(...left.map(({ at }) => at), Date.now()) + longest);
  };
  const timer = createTimer(() => void expire().catch(() => undefined), signal);
  timer.at(Date.now() + patience);

  return {
    bringBack: async (id) => {
      const known = await store.get<DiscardedRecord>(discardedKey(id));
      const draft = known?.entry.draft ? [draftKey(known.entry.draft.key)] : [];
      return store.transact([discardedKey(id), ...draft], ([found, headers = []]) => {
        const entry = discardedIn(found).find((record) => record.owner === owner)?.entry;
        if (!entry) return { ops: [], result: undefined };
        const ops: Op[] = [{ delete: discardedKey(id) }, { put: entryKey(id), value: entry }];
        if (entry.draft) ops.push(...handOverAgain(id, entry.draft, headers[0]));
        return { ops, result: entry };
      });
    },
    forget: (ids) => remove(ids.map(discardedKey), (record) => record.owner === owner),
  };
}

import { OutboxFullError, StorageError } from '../errors.js';
import {
  bodyKey,
  clearDraft,
  deletionOf,
  discardedIn,
  discardedKey,
  discardedPrefix,
  draftRanges,
  entryKey,
  entryPrefix,
  metaKey,
  takeBackDraft,
  type BodyRecord,
  type DiscardedRecord,
  type EntryRecord,
  type OwnerRecord,
} from '../storage/records.js';
import type { Op, Store, Stored } from '../storage/store.js';
import type { Body, DraftRef, Submission } from '../types.js';
import { begun } from './entry.js';
import { sizeOf } from './encode.js';
import { isRequestLock } from './lock.js';

export interface Limits {
  maxEntries: number;
  /** Of all entries together. */
  maxBytes: number;
}

export interface Enqueue {
  submission: Submission;
  /** `navigation`: the browser itself is about to send it; nobody else may until then (epoch milliseconds). */
  as:
    | { state: 'waiting' }
    | { state: 'navigation'; until: number }
    /** This page sends it itself, at once, unless others of its lane wait: then it does too. */
    | { state: 'request'; holder: string; until: number };
  /** The draft that is handed over in the same transaction. */
  draft?: { ref: DraftRef; ops: readonly Op[] };
  /** An earlier entry of the form: this one takes its place if that one was never attempted. */
  replaces?: string;
  /** An entry that was corrected in the form: this one takes its place, also if that one is held. */
  corrects?: string;
}

/** The durable list of what was submitted. Each function is one transaction. */
export interface Queue {
  add(enqueue: Enqueue): Promise<EntryRecord>;
  /** This owner's entries, oldest first. */
  list(): Promise<EntryRecord[]>;
  get(id: string): Promise<EntryRecord | undefined>;
  body(id: string): Promise<Body | undefined>;
  /** As `list`, and nothing while this browser's cookies are another owner's. */
  due(): Promise<EntryRecord[]>;
  /** Begins an attempt; `undefined` when the entry is not as it was looked at, or not to be sent from here. */
  claim(due: EntryRecord, holder: string, until: number): Promise<EntryRecord | undefined>;
  /** Whether the attempt may go on, and until when. */
  renew(id: string, holder: string, until: number): Promise<boolean>;
  /** Replaces the record by what `change` makes of it; `undefined` when it is gone. */
  update(id: string, change: (entry: EntryRecord) => EntryRecord): Promise<EntryRecord | undefined>;
  /** Acknowledged: gone, and with it what its draft had when it was sent. */
  remove(id: string): Promise<EntryRecord | undefined>;
  /** Given up: gone, and its draft is the person's again. */
  giveUp(id: string): Promise<EntryRecord | undefined>;
  /** As `giveUp`, but it may be brought back: see `discarded.ts`. */
  setAside(id: string): Promise<EntryRecord | undefined>;
  /** Deletes everything of this owner. */
  clear(): Promise<void>;
}

export function createQueue(deps: {
  store: Store;
  owner: string;
  limits: Limits;
  /** Tells the cookies of this moment from those of another sign-in. @default nothing to tell by */
  jar?: () => string;
  now?: () => number;
}): Queue {
  const { store, owner, limits, jar = () => '', now = Date.now } = deps;

  const mine = (found: readonly Stored[]): EntryRecord[] =>
    found
      .map(({ value }) => value as EntryRecord)
      .filter((entry) => entry.v === 1 && entry.owner === owner)
      .toSorted((a, b) => a.sequence - b.sequence);
  const own = (found: readonly Stored[] | undefined): EntryRecord | undefined => mine(found ?? [])[0];
  const ownDiscarded = (found: readonly Stored[] | undefined) =>
    discardedIn(found).filter((record) => record.owner === owner);
  const list = async () => mine(await store.list(entryPrefix()));
  /** The page loaded last tells whose cookies this browser has: another tab may have signed in as somebody else. */
  const isForeign = (found: readonly Stored[] | undefined): boolean => {
    const present = found?.[0]?.value as OwnerRecord | undefined;
    return present !== undefined && present.owner !== owner;
  };
  const get = (id: string) => store.get<EntryRecord>(entryKey(id));

  /** Takes the entry away as `goneOps` say, together with what `draftOps` makes of its draft. */
  const take = async (
    id: string,
    draftOps: typeof clearDraft,
    goneOps: (entry: EntryRecord) => Op[] = deletion,
  ): Promise<EntryRecord | undefined> => {
    const aside = async () => (await store.get<DiscardedRecord>(discardedKey(id)))?.entry;
    const known = (await get(id)) ?? (await aside());
    const ranges = known?.draft ? draftRanges(known.draft) : [];
    return store.transact(
      [entryKey(id), discardedKey(id), ...ranges],
      ([entries, discarded, headers = [], fields = []]) => {
        const entry = own(entries) ?? ownDiscarded(discarded)[0]?.entry;
        if (!entry) return { ops: [], result: undefined };
        const ops = goneOps(entry);
        if (entry.draft) ops.push(...draftOps(entry.draft, headers[0], fields));
        return { ops, result: entry };
      },
    );
  };

  return {
    add: async ({ submission, as, draft, replaces, corrects }) => {
      const added = await store.transact([entryPrefix()], ([found = []]) => {
        const entries = found.map(({ value }) => value as EntryRecord);
        const replaced = mine(found).filter(
          ({ id, state, attempts }) =>
            (id === corrects && state === 'held') ||
            ((id === corrects || id === replaces) && state === 'waiting' && attempts === 0),
        );
        const kept = entries.filter((entry) => !replaced.includes(entry));
        const [former] = replaced;
        const fresh = recordOf(submission, owner, former?.sequence ?? nextSequence(entries, now()), now());
        refuseWhenFull(kept, fresh, limits);
        const handed = draft ?? (former?.draft && { ref: former.draft, ops: [] });
        const mark = jar();
        const record: EntryRecord = {
          ...fresh,
          ...(mark && { jar: mark }),
          ...(handed && { draft: handed.ref }),
        };
        const goes = as.state === 'navigation' || (as.state === 'request' && !isBehind(record, kept));
        const holder = as.state === 'request' ? as.holder : as.state;
        const entry = goes ? begun(record, holder, as.until, now()) : record;
        const body: BodyRecord = { v: 1, body: submission.body };
        const ops: Op[] = [
          ...replaced.flatMap(deletion),
          ...(handed?.ops ?? []),
          { put: entryKey(entry.id), value: entry },
          { put: bodyKey(entry.id), value: body },
        ];
        return { ops, result: entry };
      });
      // The store may have turned to memory just now: what dies with the page is not in the outbox.
      if (store.durable) return added;
      await store.write([{ delete: entryKey(added.id) }, { delete: bodyKey(added.id) }]);
      throw new StorageError('open', undefined);
    },
    list,
    due: async () => {
      const [owners, found] = await Promise.all([store.list(metaKey('owner')), store.list(entryPrefix())]);
      return isForeign(owners) ? [] : mine(found);
    },
    get,
    body: async (id) => (await store.get<BodyRecord>(bodyKey(id)))?.body,
    claim: (due, holder, until) =>
      store.transact([metaKey('owner'), entryKey(due.id)], ([owners, entries]) => {
        const entry = own(entries);
        if (!entry || isForeign(owners) || !isUnchanged(entry, due)) return { ops: [], result: undefined };
        const next = begun(entry, holder, until, now());
        return { ops: [{ put: entryKey(entry.id), value: next }], result: next };
      }),
    renew: (id, holder, until) =>
      store.transact([metaKey('owner'), entryKey(id)], ([owners, entries]) => {
        const entry = own(entries);
        if (entry?.lease?.holder !== holder || isForeign(owners)) return { ops: [], result: false };
        const next: EntryRecord = { ...entry, lease: { holder, until } };
        return { ops: [{ put: entryKey(id), value: next }], result: true };
      }),
    update: (id, change) =>
      store.transact([entryKey(id), discardedKey(id)], ([entries, discarded]) => {
        const entry = own(entries);
        // What was discarded on its way learns how that ended, should it be wanted back.
        const aside = ownDiscarded(discarded).map((record): Op => ({
          put: discardedKey(id),
          value: { ...record, entry: change(record.entry) },
        }));
        if (!entry) return { ops: aside, result: undefined };
        const next = change(entry);
        return { ops: next === entry ? [] : [{ put: entryKey(id), value: next }], result: next };
      }),
    remove: (id) => take(id, clearDraft),
    giveUp: (id) => take(id, takeBackDraft),
    setAside: (id) =>
      take(id, takeBackDraft, (entry) => {
        const record: DiscardedRecord = { v: 1, owner, at: now(), entry };
        return [{ delete: entryKey(id) }, { put: discardedKey(id), value: record }];
      }),
    clear: () =>
      store.transact([entryPrefix(), discardedPrefix()], ([found = [], discarded]) => ({
        ops: [...mine(found).flatMap(deletion), ...deletionOf(ownDiscarded(discarded))],
        result: undefined,
      })),
  };
}

/** Also of one that a person discarded while it was on its way. */
const deletion = ({ id }: EntryRecord): Op[] => [
  { delete: entryKey(id) },
  { delete: discardedKey(id) },
  { delete: bodyKey(id) },
];

/** Nobody has attempted, held or released it since it was looked at. */
const isUnchanged = (entry: EntryRecord, seen: EntryRecord): boolean =>
  entry.state === seen.state && entry.attempts === seen.attempts && entry.lease?.until === seen.lease?.until;

/** Whether others of its lane wait or are sent by somebody else. What is held a healthy submission may pass, as a form's may. */
const isBehind = (entry: EntryRecord, entries: readonly EntryRecord[]): boolean =>
  entries.some(
    ({ owner, lane, state, lease }) =>
      owner === entry.owner &&
      lane === entry.lane &&
      (state === 'waiting' || (state === 'sending' && !isRequestLock(lease?.holder))),
  );

/** The entry of a submission that was never attempted. */
export function recordOf(submission: Submission, owner: string, sequence: number, now: number): EntryRecord {
  const { body, ...rest } = submission;
  return {
    ...rest,
    v: 1,
    owner,
    state: 'waiting',
    attempts: 0,
    createdAt: now,
    nextAttemptAt: now,
    size: sizeOf(body),
    history: [],
    sequence,
  };
}

const nextSequence = (entries: readonly EntryRecord[], now: number): number =>
  entries.reduce((latest, { sequence }) => Math.max(latest, sequence + 1), now);

function refuseWhenFull(entries: readonly EntryRecord[], added: EntryRecord, limits: Limits): void {
  const bytes = entries.reduce((sum, { size }) => sum + size, added.size);
  if (entries.length >= limits.maxEntries) throw new OutboxFullError('entries', limits.maxEntries);
  if (bytes <= limits.maxBytes) return;
  const free = Math.max(0, limits.maxBytes - bytes + added.size);
  throw new OutboxFullError('bytes', limits.maxBytes, added.size, free);
}

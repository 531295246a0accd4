import type { Body, DraftRef, EntrySummary, FormIdentity } from '../types.js';
import type { Key, Op, Stored } from './store.js';

/**
 * What lies in the store, and under which keys. Every record carries `v`, the version of its shape: a reader leaves
 * alone what it does not know.
 */

/** `[owner, scope, tab]` as JSON: the public key of a draft. `scope` is path, chosen query and form name. */
export type DraftKey = string;

export interface DraftHeader {
  v: 1;
  key: DraftKey;
  owner: string;
  scope: string;
  form: FormIdentity;
  /** Epoch milliseconds of the last save. */
  savedAt: number;
  /** Grows with each save, and never begins again: not before the clock. A field record carries the one that wrote it. */
  revision: number;
  /** The entry that this draft was handed over to, and as of which revision. */
  submitted?: { id: string; revision: number };
  /** The person put the page's values back: kept and listed, not offered again. */
  dismissed?: true;
}

/** One control's value. Base is what the page showed when typing began. */
export interface DraftField {
  v: 1;
  /** Identifies the control within the form. */
  field: string;
  /** The control's `name`, for people and events. */
  name: string;
  revision: number;
  base: ControlValue;
  value: ControlValue;
}

/** Plain text, checked or not, the chosen options' values, or the nodes of an editable region. */
export type ControlValue = string | boolean | string[] | RichNode[] | null;

/** An element or a text of an editable region; rebuilt node by node, never parsed from a string. */
export type RichNode = string | { tag: string; attributes: [string, string][]; children: RichNode[] };

/** A draft was cleared up to this revision: no journal and no late save may bring it back. */
export interface ClearedRecord {
  v: 1;
  key: DraftKey;
  revision: number;
  /** Epoch milliseconds; it may go when journals of that age have expired. */
  at: number;
}

/** What is known of an entry without its body, so that listing never reads megabytes. */
export interface EntryRecord extends EntrySummary {
  v: 1;
  key: string;
  method: 'POST';
  delivery: 'native' | 'fetch' | 'app';
  /** Of the app's own request; nothing secret, and not the content type. */
  headers?: [name: string, value: string][];
  unknown: 'replay' | 'ask';
  /** Sent from a pop-up, which its answer may close: nobody is left to say what came of it. */
  closes?: true;
  /** Order within the lane: creation time, made unique. */
  sequence: number;
  /** The server asked not to come before; unlike `nextAttemptAt` not shortened when the connection returns. */
  notBefore?: number;
  /** When a person last let it go on: its age counts from there. */
  releasedAt?: number;
  draft?: DraftRef;
  /** Tells the cookies under which it was captured from those of another sign-in, see `cookie-jar.ts`. */
  jar?: string;
  /** What the server said when it rejected or refused it: a few words of the answer, never the whole of it. */
  answer?: string;
  /** Who is attempting it, and until when nobody else may. */
  lease?: { holder: string; until: number };
}

export interface BodyRecord {
  v: 1;
  body: Body;
}

/** An entry that a person discarded, while they may still change their mind. Its body stays where it was. */
export interface DiscardedRecord {
  v: 1;
  owner: string;
  /** Epoch milliseconds. */
  at: number;
  entry: EntryRecord;
}

/** Which owner the page loaded last was rendered for: the cookies of this browser are that owner's. */
export interface OwnerRecord {
  v: 1;
  owner: string;
  at: number;
}

export const draftPrefix = (): Key => ['draft'];
export const draftKey = (key: DraftKey): Key => ['draft', key];
export const fieldPrefix = (key: DraftKey): Key => ['field', key];
export const fieldKey = (key: DraftKey, field: string): Key => ['field', key, field];
export const clearedPrefix = (): Key => ['cleared'];
export const clearedKey = (key: DraftKey): Key => ['cleared', key];
export const entryPrefix = (): Key => ['entry'];
export const entryKey = (id: string): Key => ['entry', id];
export const bodyKey = (id: string): Key => ['body', id];
export const discardedPrefix = (): Key => ['discarded'];
export const discardedKey = (id: string): Key => ['discarded', id];
export const metaKey = (name: 'owner' | 'breaker' | 'retry-at' | 'idempotency' | 'health'): Key => [
  'meta',
  name,
];

/** What a transaction must read before `clearDraft` can say what to delete. */
export const draftRanges = (ref: DraftRef): Key[] => [draftKey(ref.key), fieldPrefix(ref.key)];

/**
 * Clears what was sent, and only that: fields typed after the submitted revision stay and are a draft again.
 */
export function clearDraft(ref: DraftRef, header: Stored | undefined, fields: readonly Stored[]): Op[] {
  const known = header?.value as DraftHeader | undefined;
  // A later submission carries the same fields and more: its own acknowledgement clears them.
  if (known?.submitted && known.submitted.revision > ref.revision) return [];
  const newer = fields.filter((field) => (field.value as DraftField).revision > ref.revision);
  const cleared: ClearedRecord = { v: 1, key: ref.key, revision: ref.revision, at: Date.now() };
  const mark: Op = { put: clearedKey(ref.key), value: cleared };
  if (!known || newer.length === 0) {
    return [mark, { delete: draftKey(ref.key) }, { deletePrefix: fieldPrefix(ref.key) }];
  }
  const { submitted: _, ...rest } = known;
  return [
    mark,
    { put: draftKey(ref.key), value: rest },
    ...fields.filter((field) => !newer.includes(field)).map((field): Op => ({ delete: field.key })),
  ];
}

/** The entry was not accepted or is no longer wanted: its draft is the person's again. */
export function takeBackDraft(ref: DraftRef, header: Stored | undefined): Op[] {
  const known = header?.value as DraftHeader | undefined;
  if (known?.submitted?.revision !== ref.revision) return [];
  const { submitted: _, ...rest } = known;
  return [{ put: draftKey(ref.key), value: rest }];
}

/** The entry is wanted after all: its draft is with it again, unless the person typed on since. */
export function handOverAgain(id: string, ref: DraftRef, header: Stored | undefined): Op[] {
  const known = header?.value as DraftHeader | undefined;
  if (!known || known.submitted || known.revision !== ref.revision) return [];
  return [{ put: draftKey(ref.key), value: { ...known, submitted: { id, revision: ref.revision } } }];
}

/** What was discarded, for good, bodies included. */
export const deletionOf = (records: readonly DiscardedRecord[]): Op[] =>
  records.flatMap(({ entry: { id } }): Op[] => [{ delete: discardedKey(id) }, { delete: bodyKey(id) }]);

/** Records of a later version are left alone. */
export const discardedIn = (found: readonly Stored[] = []): DiscardedRecord[] =>
  found.map(({ value }) => value as DiscardedRecord).filter(({ v }) => v === 1);

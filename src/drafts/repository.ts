import {
  clearedKey,
  clearedPrefix,
  draftKey,
  draftPrefix,
  fieldKey,
  fieldPrefix,
  type ClearedRecord,
  type DraftField,
  type DraftHeader,
  type DraftKey,
} from '../storage/records.js';
import type { Key, Op, Store, Stored } from '../storage/store.js';
import {
  asChange,
  clearedMark,
  mergeJournal,
  type FieldChange,
  type Journal,
  type StoredDraft,
} from './merge.js';
import { partsOf } from './scope.js';

export interface Save {
  header: DraftHeader;
  changes: readonly FieldChange[];
  /** The whole draft as the page knows it, changes included: written where the store has none of it. */
  all: readonly DraftField[];
}

export interface Repository {
  read(key: DraftKey): Promise<StoredDraft>;
  headers(): Promise<DraftHeader[]>;
  /** Applies a save, unless `isCurrent` says no; returns up to which revision the draft was cleared meanwhile. */
  save(save: Save, isCurrent: () => boolean): Promise<number>;
  /** Gives a draft another key, whole and at once; nothing happens when it is gone, submitted or the place is taken. */
  move(from: DraftHeader, to: DraftHeader): Promise<void>;
  merge(journal: Journal): Promise<void>;
  /** The entry that carried it is given up: the draft is a draft again. */
  release(key: DraftKey): Promise<void>;
  discard(keys: readonly DraftKey[]): Promise<void>;
  /** Deletes what is older than this (epoch milliseconds); returns what drafts that were. */
  expire(before: number): Promise<DraftHeader[]>;
}

const draftOf = (key: DraftKey): Key[] => [draftKey(key), fieldPrefix(key), clearedKey(key)];

/** What the store holds of drafts, read and written in whole transactions. */
export function createRepository(store: Store): Repository {
  const headers = async () => valid((await store.list<DraftHeader>(draftPrefix())).map(({ value }) => value));

  const discard = async (keys: readonly DraftKey[]) => {
    if (keys.length > 0) await store.write(keys.flatMap((key) => deletion(key)));
  };

  return {
    headers,
    discard,
    read: (key) => store.transact(draftOf(key), (found) => ({ ops: [], result: draftIn(found) })),

    save: (save, isCurrent) =>
      store.transact([draftKey(save.header.key), clearedKey(save.header.key)], ([header, cleared]) => {
        const until = clearedIn(cleared);
        const known = headerIn(header);
        return { ops: isCurrent() ? saveOps(save, known, until) : [], result: until };
      }),

    move: (from, to) =>
      store.transact(
        [draftKey(from.key), fieldPrefix(from.key), draftKey(to.key)],
        ([old, fields, taken]) => {
          const header = headerIn(old);
          if (!header || header.submitted || taken?.length) return { ops: [], result: undefined };
          const moved = valid(fields!.map(({ value }) => value as DraftField)).map((field): Op => ({
            put: fieldKey(to.key, field.field),
            value: field,
          }));
          const head: Op = { put: draftKey(to.key), value: { ...to, revision: header.revision } };
          return { ops: [...deletion(from.key, header.revision), head, ...moved], result: undefined };
        },
      ),

    merge: (journal) =>
      store.transact(draftOf(journal.header.key), (found) => ({
        ops: mergeJournal(journal, draftIn(found)),
        result: undefined,
      })),

    release: (key) =>
      store.transact([draftKey(key)], ([found]) => {
        const header = headerIn(found);
        if (!header?.submitted) return { ops: [], result: undefined };
        const { submitted: _, ...rest } = header;
        return { ops: [{ put: draftKey(key), value: rest }], result: undefined };
      }),

    expire: (before) =>
      store.transact([draftPrefix(), clearedPrefix()], ([drafts, marks]) => {
        const all = valid(drafts!.map(({ value }) => value as DraftHeader));
        const old = all.filter(({ savedAt, submitted }) => savedAt < before && !submitted);
        const oldMarks = marks!.filter(({ value }) => (value as ClearedRecord).at < before);
        const ops = old.flatMap(({ key }): Op[] => [
          { delete: draftKey(key) },
          { deletePrefix: fieldPrefix(key) },
        ]);
        return { ops: [...ops, ...oldMarks.map(({ key }): Op => ({ delete: key }))], result: old };
      }),
  };
}

/** A save is one header and the changed fields: it does not grow with the form. */
function saveOps({ header, changes, all }: Save, known: DraftHeader | undefined, cleared: number): Op[] {
  const { key } = header;
  if (all.length === 0) return [{ delete: draftKey(key) }, { deletePrefix: fieldPrefix(key) }];
  const ops = (known ? changes : all.map(asChange))
    .filter(({ revision }) => revision > cleared)
    .map(({ field, record }): Op =>
      record ? { put: fieldKey(key, field), value: record } : { delete: fieldKey(key, field) },
    );
  if (ops.length === 0) return [];
  const { dismissed: _, ...rest } = known ?? header;
  const revision = Math.max(header.revision, known?.revision ?? 0);
  return [
    ...ops,
    { put: draftKey(key), value: { ...rest, form: header.form, savedAt: header.savedAt, revision } },
  ];
}

function deletion(key: DraftKey, revision = Date.now()): Op[] {
  const gone: Op[] = [{ delete: draftKey(key) }, { deletePrefix: fieldPrefix(key) }];
  return [...gone, clearedMark(key, revision, Date.now())];
}

/** Records of a later version are left alone. */
const valid = <T extends { v: number }>(records: readonly T[]): T[] => records.filter(({ v }) => v === 1);

const headerIn = (found: readonly Stored[] | undefined): DraftHeader | undefined =>
  valid((found ?? []).map(({ value }) => value as DraftHeader)).find(({ key }) => partsOf(key));

const clearedIn = (found: readonly Stored[] | undefined): number =>
  (found?.[0]?.value as ClearedRecord | undefined)?.revision ?? 0;

const draftIn = ([header, fields, cleared]: readonly Stored[][]): StoredDraft => ({
  header: headerIn(header),
  fields: valid((fields ?? []).map(({ value }) => value as DraftField)),
  cleared: clearedIn(cleared),
});

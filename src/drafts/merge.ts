import {
  clearedKey,
  draftKey,
  fieldKey,
  type ControlValue,
  type DraftField,
  type DraftHeader,
} from '../storage/records.js';
import type { Op } from '../storage/store.js';

/** Deep equality of control values; they are plain data. */
export const sameValue = (one: ControlValue, other: ControlValue): boolean =>
  one === other ||
  (typeof one === 'object' && typeof other === 'object' && JSON.stringify(one) === JSON.stringify(other));

/** `restore`: the page is as it was. `drop`: the page has it already. `conflict`: both changed. */
export type Verdict = 'restore' | 'drop' | 'conflict';

/** Three-way merge of one field. `page` is what the server rendered now, not what the browser refilled. */
export function compare({ base, value }: Pick<DraftField, 'base' | 'value'>, page: ControlValue): Verdict {
  if (sameValue(page, base)) return 'restore';
  return sameValue(page, value) ? 'drop' : 'conflict';
}

/** A field's newest state on its way to the store; without a record, the field is as the page showed it again. */
export interface FieldChange {
  readonly field: string;
  readonly revision: number;
  readonly record: DraftField | null;
}

export const asChange = (record: DraftField): FieldChange => ({
  field: record.field,
  revision: record.revision,
  record,
});

/** What could not be stored in time, in the form in which it survives the page. */
export interface Journal {
  v: 1;
  header: DraftHeader;
  changes: FieldChange[];
}

export interface StoredDraft {
  header: DraftHeader | undefined;
  fields: readonly DraftField[];
  /** Up to this revision the draft was cleared. */
  cleared: number;
}

/**
 * Brings a journal into the store: newer changes only, and nothing that was cleared since it was written.
 */
export function mergeJournal({ header, changes }: Journal, stored: StoredDraft): Op[] {
  const left = new Map(stored.fields.map((field) => [field.field, field.revision]));
  const ops: Op[] = [];
  for (const { field, revision, record } of changes) {
    if (revision <= stored.cleared || revision <= (left.get(field) ?? -1)) continue;
    const key = fieldKey(header.key, field);
    if (record) left.set(field, revision);
    else left.delete(field);
    ops.push(record ? { put: key, value: record } : { delete: key });
  }
  if (ops.length === 0) return [];
  if (left.size === 0) return [...ops, { delete: draftKey(header.key) }];
  return [...ops, { put: draftKey(header.key), value: newest(header, stored.header) }];
}

function newest(header: DraftHeader, stored: DraftHeader | undefined): DraftHeader {
  if (!stored) return header;
  return {
    ...stored,
    savedAt: Math.max(stored.savedAt, header.savedAt),
    revision: Math.max(stored.revision, header.revision),
  };
}

/** Says that a draft was cleared up to this revision. */
export const clearedMark = (key: string, revision: number, at: number): Op => ({
  put: clearedKey(key),
  value: { v: 1, key, revision, at },
});

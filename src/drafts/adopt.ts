import type { Control } from '../lib/dom.js';
import type { DraftField } from '../storage/records.js';
import { readValue } from './control.js';
import type { FieldIndex } from './field-index.js';
import type { Ledger } from './ledger.js';
import { sameValue } from './merge.js';

export interface Shown {
  form: HTMLFormElement;
  index: FieldIndex;
  ledger: Ledger;
  isNeverStored(control: Control): boolean;
}

/** What the form shows becomes the draft, over the base that the draft had. */
export function adoptShown(
  records: readonly DraftField[],
  { form, index, ledger, isNeverStored }: Shown,
): void {
  for (const { revision: _, ...record } of records) {
    const field = index.get(record.field);
    const value = field && field.kind !== 'file' ? readValue(field, form) : undefined;
    if (!field || value === undefined) continue;
    ledger.setBase(field, record.base);
    ledger.setKnown(field, value);
    const isGone = isNeverStored(field.controls[0]!) || sameValue(value, record.base);
    ledger.change(record.field, isGone ? null : { ...record, value });
  }
}

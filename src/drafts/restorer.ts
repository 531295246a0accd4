import { formElements, type Control } from '../lib/dom.js';
import type { ControlValue, DraftField } from '../storage/records.js';
import { readValue, type FormField } from './control.js';
import type { FieldIndex } from './field-index.js';
import type { Ledger } from './ledger.js';
import { compare, sameValue } from './merge.js';
import { announce, canHold, writeValue } from './write-value.js';

/** See `Restorer.restore`. */
export type How = 'auto' | 'ask' | 'mine';

export interface RestorerDeps {
  form: HTMLFormElement;
  index: FieldIndex;
  ledger: Ledger;
  isNeverStored(control: Control): boolean;
}

/** Names, as events carry them. */
export interface Restored {
  fields: string[];
  missing: string[];
  conflicts: string[];
}

export interface Restorer {
  /** Whether the event about this control is of our own making. */
  isApplying(target: EventTarget | undefined): boolean;
  /**
   * Sorts the records out and applies those that may be. `ask` applies none, `mine` all that the page has a place for, also
   * over what the server changed.
   */
  restore(records: readonly DraftField[], how: How, announceBefore: () => boolean): Restored;
  /** Controls or options came: what waited for them gets its value. Returns what is in conflict then. */
  retry(): Restored;
  isWaiting(): boolean;
  /** The form has this value already. */
  shows(record: DraftField): boolean;
  /** What only the person can decide on: everything in mode ask, and fields that both sides changed. */
  offered(): DraftField[];
  /** What this page had already when it was loaded: no longer in the draft. */
  dropped(): DraftField[];
  /** Puts back what the page showed; returns the records whose fields it was. */
  undo(): DraftField[];
  /** Sets a field, unless it shows something else than expected by now. */
  reset(record: DraftField): void;
  clearFiles(): void;
  forget(): void;
}

interface Applied {
  record: DraftField;
  before: ControlValue;
}

/** Puts a draft into the form, field by field. */
export function createRestorer({ form, index, ledger, isNeverStored }: RestorerDeps): Restorer {
  const waiting = new Map<string, { record: DraftField; how: How }>();
  const offers = new Map<string, DraftField>();
  const applied = new Map<string, Applied>();
  const dropped = new Map<string, DraftField>();
  let applying: Control | undefined;

  const tell = (control: Control) => {
    applying = control;
    try {
      announce(control);
    } finally {
      applying = undefined;
    }
  };

  const set = (field: FormField, value: ControlValue): boolean => {
    let control: Control | undefined;
    try {
      control = writeValue(field, value);
    } catch (error) {
      // A custom element's own setter.
      reportError(error);
    }
    if (!control) return false;
    ledger.setKnown(field, value);
    tell(control);
    // What the page makes of it in answer is no edit of the person.
    const now = readValue(field, form);
    if (now !== undefined) ledger.setKnown(field, now);
    return true;
  };

  const apply = (field: FormField, record: DraftField): boolean => {
    const before = readValue(field, form) ?? null;
    if (sameValue(before, record.value)) {
      ledger.setKnown(field, before);
    } else if (!canHold(field, record.value) || !set(field, record.value)) {
      return false;
    }
    if (!applied.has(field.key)) applied.set(field.key, { record, before });
    return true;
  };

  /** The person was faster, or the field is no longer one to be stored. */
  const isOutdated = (field: FormField, record: DraftField): boolean =>
    ledger.isMarked(field) ||
    ledger.latest(field.key)?.revision !== record.revision ||
    isNeverStored(field.controls[0]!);

  const place = (record: DraftField, how: How, result: Restored): void => {
    const field = index.get(record.field);
    if (field && isOutdated(field, record)) return;
    if (!field || (!canHold(field, record.value) && !isShown(field, record))) {
      waiting.set(record.field, { record, how });
      result.missing.push(record.name);
      return;
    }
    const base = ledger.baseOf(field);
    const verdict = how === 'mine' ? 'restore' : compare(record, base);
    if (verdict === 'drop') {
      dropped.set(record.field, record);
      ledger.change(record.field, null);
    } else if (verdict === 'conflict' || how === 'ask') {
      offers.set(record.field, record);
      if (verdict === 'conflict') result.conflicts.push(record.name);
    } else if (apply(field, record)) {
      result.fields.push(record.name);
      // Decided on: what the page shows now is what the next comparison starts from.
      if (!sameValue(base, record.base)) ledger.change(record.field, { ...record, base });
    } else {
      result.missing.push(record.name);
    }
  };

  const isShown = (field: FormField, record: DraftField): boolean => {
    const now = readValue(field, form);
    return now !== undefined && field.kind !== 'file' && sameValue(now, record.value);
  };

  const placeAll = (all: readonly { record: DraftField; how: How }[]): Restored => {
    const result: Restored = { fields: [], missing: [], conflicts: [] };
    for (const { record, how } of all) {
      offers.delete(record.field);
      waiting.delete(record.field);
      place(record, how, result);
    }
    return {
      fields: unique(result.fields),
      missing: unique(result.missing),
      conflicts: unique(result.conflicts),
    };
  };

  return {
    isApplying: (target) => target !== undefined && target === applying,
    restore(records, how, announceBefore) {
      applied.clear();
      if (how !== 'ask' && !announceBefore()) {
        return { fields: unique(records.map(({ name }) => name)), missing: [], conflicts: [] };
      }
      return placeAll(records.map((record) => ({ record, how })));
    },
    retry: () => placeAll([...waiting.values()]),
    isWaiting: () => waiting.size > 0,
    shows(record) {
      const field = index.get(record.field);
      return field !== undefined && isShown(field, record);
    },
    offered: () => [...offers.values()],
    dropped: () => [...dropped.values()],
    undo() {
      const undone = [...applied.values()];
      applied.clear();
      waiting.clear();
      return undone.flatMap(({ record, before }) => {
        const field = index.get(record.field);
        // Edited since the restore: that is newer than both.
        if (!field || !isShown(field, record)) return [];
        if (!sameValue(record.value, before)) set(field, before);
        return [record];
      });
    },
    reset(record) {
      const field = index.get(record.field);
      if (field && isShown(field, record) && canHold(field, record.base)) set(field, record.base);
    },
    clearFiles() {
      for (const control of formElements(form)) {
        const isChosen =
          control instanceof HTMLInputElement && control.type === 'file' && control.files?.length;
        if (!isChosen) continue;
        control.value = '';
        tell(control);
      }
    },
    forget() {
      for (const map of [waiting, offers, applied, dropped]) map.clear();
    },
  };
}

export const unique = (names: readonly string[]): string[] =>
  [...new Set(names)].filter((name) => name !== '');

import type { Control } from '../lib/dom.js';
import type { ControlValue, DraftField } from '../storage/records.js';
import { isBaseBySight, readDefault, readValue, type FormField } from './control.js';
import type { FieldIndex } from './field-index.js';
import { sameValue, type FieldChange } from './merge.js';

export interface LedgerDeps {
  form: HTMLFormElement;
  index: FieldIndex;
  isNeverStored(control: Control): boolean;
  /** Whether the person has done anything on the page yet: before that, changes are the page's own. */
  isTouched(): boolean;
}

export interface Ledger {
  /** O(1): a keystroke does no more. Whether it was not marked before. */
  mark(control: Control): boolean;
  /** Reads what was marked. */
  capture(): void;
  /** Looks for edits that came without events, until the deadline (`performance.now()`); whether it got through. */
  sweep(deadline: number): boolean;
  isDirty(): boolean;
  /** Whether this field was edited, and is not yet in a change. */
  isMarked(field: FormField): boolean;
  baseOf(field: FormField): ControlValue;
  /** From here on this is the base, whatever the page shows. */
  setBase(field: FormField, base: ControlValue): void;
  /** What the SDK set itself is no edit. */
  setKnown(field: FormField, value: ControlValue): void;
  changes(): FieldChange[];
  /** Adds a change that no control made. */
  change(key: string, record: Omit<DraftField, 'revision'> | null): void;
  /** The newest of a field, stored or not. */
  latest(key: string): DraftField | undefined;
  /** The newest of all fields, stored or not. */
  all(): DraftField[];
  stored(): DraftField[];
  load(fields: readonly DraftField[], revision: number): void;
  /** These are in the store now. */
  settle(changes: readonly FieldChange[]): void;
  /** Forgets what is of this revision or before; returns it. */
  forget(revision: number): DraftField[];
  revision(): number;
  nextRevision(): number;
}

/** What one form's draft is, in memory: what is stored, what changed since, and what was last seen of each field. */
export function createLedger({ form, index, isNeverStored, isTouched }: LedgerDeps): Ledger {
  const dirty = new Set<Control>();
  const known = new Map<string, ControlValue>();
  const bases = new Map<string, ControlValue>();
  const stored = new Map<string, DraftField>();
  const pending = new Map<string, FieldChange>();
  let last = 0;
  let cursor = 0;

  const nextRevision = () => (last = Math.max(last + 1, Date.now()));
  const latest = (key: string) => {
    const change = pending.get(key);
    return change ? (change.record ?? undefined) : stored.get(key);
  };

  const baseOf = (field: FormField): ControlValue => {
    const base = bases.get(field.key);
    if (base !== undefined) return base;
    if (!isBaseBySight(field.kind)) return readDefault(field);
    const sight = readValue(field, form) ?? null;
    bases.set(field.key, sight);
    return sight;
  };

  const put = (key: string, record: Omit<DraftField, 'revision'> | null, revision: number) =>
    pending.set(key, { field: key, revision, record: record && { ...record, revision } });

  const record = (field: FormField, revision: number) => {
    const value = readValue(field, form);
    if (value === undefined) return;
    known.set(field.key, value);
    const before = latest(field.key);
    const base = baseOf(field);
    if (isNeverStored(field.controls[0]!) || sameValue(value, base)) {
      if (before) put(field.key, null, revision);
    } else if (!before || !sameValue(before.value, value) || !sameValue(before.base, base)) {
      put(field.key, { v: 1, field: field.key, name: field.name, base, value }, revision);
    }
  };

  const look = (field: FormField) => {
    const control = field.controls[0]!;
    // Became a password, or was marked to be ignored: what is stored of it has to go.
    if (latest(field.key) && isNeverStored(control)) dirty.add(control);
    const value = readValue(field, form);
    if (value === undefined) return;
    const seen = known.get(field.key);
    if (sameValue(value, seen === undefined ? baseOf(field) : seen)) return;
    if (isTouched()) dirty.add(control);
    else {
      // The page, or the browser, filled it in: no edit.
      known.set(field.key, value);
      if (isBaseBySight(field.kind)) bases.set(field.key, value);
    }
  };

  return {
    mark(control) {
      const before = dirty.size;
      return dirty.add(control).size > before;
    },
    isDirty: () => dirty.size > 0,
    isMarked: (field) => field.controls.some((control) => dirty.has(control)),
    baseOf,
    setBase: (field, base) => void bases.set(field.key, base),
    setKnown: (field, value) => void known.set(field.key, value),
    latest,
    capture() {
      if (dirty.size === 0) return;
      const revision = nextRevision();
      for (const control of dirty) {
        const field = index.of(control);
        if (field) record(field, revision);
      }
      dirty.clear();
    },
    sweep(deadline) {
      const fields = index.all();
      if (cursor >= fields.length || deadline === Infinity) cursor = 0;
      while (cursor < fields.length) {
        look(fields[cursor++]!);
        if (performance.now() > deadline) break;
      }
      return cursor >= fields.length;
    },
    changes: () => [...pending.values()],
    change: (key, record) => void put(key, record, nextRevision()),
    all() {
      const all = new Map(stored);
      for (const { field, record } of pending.values()) {
        if (record) all.set(field, record);
        else all.delete(field);
      }
      return [...all.values()];
    },
    stored: () => [...stored.values()],
    load(fields, revision) {
      last = Math.max(last, revision);
      stored.clear();
      for (const field of fields) stored.set(field.field, field);
      // What was typed before the draft was here is newer than it, whatever the clock says.
      for (const { field, record } of pending.values()) put(field, record, nextRevision());
    },
    settle(changes) {
      for (const change of changes) {
        // Changed again since: that one is still to be stored.
        if (pending.get(change.field) === change) pending.delete(change.field);
        if (change.record) stored.set(change.field, change.record);
        else stored.delete(change.field);
      }
    },
    forget(revision) {
      last = Math.max(last, revision);
      const gone = [...stored.values()].filter((field) => field.revision <= revision);
      for (const { field } of gone) stored.delete(field);
      for (const change of pending.values()) if (change.revision <= revision) pending.delete(change.field);
      return gone;
    },
    revision: () => last,
    nextRevision,
  };
}

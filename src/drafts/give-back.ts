import { dispatch } from '../lib/dom.js';
import { uuid } from '../lib/uuid.js';
import type { DraftField } from '../storage/records.js';
import type { Emit } from '../types.js';
import type { Offer } from './contract.js';
import type { Ledger } from './ledger.js';
import type { Repository } from './repository.js';
import { unique, type How, type Restored, type Restorer } from './restorer.js';
import type { Saver } from './saver.js';
import { keyOf } from './scope.js';

export interface GiveBackDeps {
  form: HTMLFormElement;
  key: string;
  owner: string;
  scope: string;
  ledger: Ledger;
  restorer: Restorer;
  saver: Saver;
  repository: Repository;
  emit: Emit;
  saveSoon(): void;
}

export interface GiveBack {
  /** Restores what is stored and not with an entry. */
  begin(how: How, savedAt: number): void;
  /** Controls or options came: what waited for them. */
  retry(): void;
  offered(): Offer | undefined;
  restoreNow(): Promise<void>;
  takeBack(from: string): Promise<void>;
  undo(): Promise<void>;
}

/** Gives a person back what they typed, says so, and takes it away again when asked to. */
export function createGiveBack(deps: GiveBackDeps): GiveBack {
  const { form, key, owner, scope, ledger, restorer, saver, repository, emit, saveSoon } = deps;
  let savedAt = 0;
  /** What is of a later revision was typed after the restore. */
  let restoredAt = 0;

  /** The page may restore by itself; the values are in the event for that. */
  const announceBefore = (records: readonly DraftField[]) => (): boolean => {
    const values = records.map(({ name, value }) => ({ name, value }));
    const detail = { key, savedAt, values };
    const event = new CustomEvent('resilient:before-restore', { bubbles: true, cancelable: true, detail });
    return dispatch(form, event);
  };

  const report = ({ fields, missing, conflicts }: Restored) => {
    if (fields.length + missing.length > 0) emit('draft:restored', { key, form, savedAt, fields, missing });
    if (conflicts.length > 0) emit('draft:conflict', { key, form, savedAt, fields: conflicts });
    saver.refresh();
    if (ledger.changes().length > 0) saveSoon();
  };

  const restore = (how: How, records: readonly DraftField[], news: Partial<Restored> = {}) => {
    if (records.length === 0) return saver.refresh();
    const result = restorer.restore(records, how, announceBefore(records));
    restoredAt = ledger.revision();
    // Nothing was restored yet that could be told of.
    return report(how === 'ask' ? { ...result, missing: [] } : { ...result, ...news });
  };

  /** What another tab had becomes an edit of this one. */
  const copy = (fields: readonly DraftField[]) => {
    for (const { revision: _, ...field } of fields) ledger.change(field.field, field);
  };

  return {
    begin(how, at) {
      savedAt = at;
      const until = saver.submitted.get();
      const own = ledger.stored().filter(({ revision }) => revision > until);
      restore(how, own);
    },
    retry() {
      report({ ...restorer.retry(), fields: [], missing: [] });
    },
    offered() {
      const fields = unique(restorer.offered().map(({ name }) => name));
      return fields.length > 0 ? { savedAt, fields } : undefined;
    },
    async restoreNow() {
      restore('mine', restorer.offered());
      await saver.flush();
    },
    async takeBack(from) {
      await saver.settled();
      if (from === key) await repository.release(key);
      const { header, fields } = await repository.read(from);
      savedAt = header?.savedAt ?? Date.now();
      saver.submitted.set(0);
      if (from === key) ledger.load(fields, header?.revision ?? 0);
      else copy(fields);
      const wanted = new Set(fields.map(({ field }) => field));
      const records = ledger.all().filter(({ field }) => wanted.has(field));
      // In the form already, as when it is given up where it was submitted: no news.
      const news = records.every(restorer.shows) ? { fields: [], missing: [] } : {};
      restore('mine', records, news);
      await saver.flush();
      if (from !== key && ledger.changes().length === 0) await repository.discard([from]);
    },
    async undo() {
      const undone = new Set(restorer.undo().map(({ field }) => field));
      if (undone.size === 0) return;
      await saver.flush();
      const kept = ledger.all().filter(({ field, revision }) => revision > restoredAt && !undone.has(field));
      const header = saver.header();
      // Under a key of its own: what is typed next is another draft.
      const place = keyOf(owner, scope, `undone-${uuid()}`);
      await repository.move(header, { ...header, savedAt, key: place, dismissed: true });
      ledger.forget(ledger.nextRevision());
      copy(kept);
      await saver.flush();
    },
  };
}

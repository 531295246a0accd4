import type { Control } from '../lib/dom.js';
import type { Emit, FormIdentity } from '../types.js';
import { adoptShown } from './adopt.js';
import type { DraftState } from './contract.js';
import { createGiveBack } from './give-back.js';
import type { FormDraftHandle } from './handle.js';
import { isBaseBySight, readDefault } from './control.js';
import { createFieldIndex } from './field-index.js';
import type { Journals } from './journal.js';
import { createLedger } from './ledger.js';
import type { StoredDraft } from './merge.js';
import type { Repository } from './repository.js';
import { createRestorer } from './restorer.js';
import { createSaver } from './saver.js';
import type { Schedule } from './schedule.js';

/** Longest look for edits without events while the page goes, milliseconds. */
const farewell = 50;
/** And while it stays. */
const glance = 4;

export interface FormDraftDeps {
  form: HTMLFormElement;
  identity: FormIdentity;
  key: string;
  owner: string;
  scope: string;
  mode: 'auto' | 'ask';
  /** Finds the draft that this form is to have. */
  load(): Promise<StoredDraft>;
  repository: Repository;
  isDurable(): boolean;
  journals: Journals;
  schedule: Schedule<FormDraftHandle>;
  emit: Emit;
  isNeverStored(control: Control): boolean;
  isTouched(): boolean;
  onState(form: HTMLFormElement, state: DraftState): void;
  signal: AbortSignal;
  onDetach(handle: FormDraftHandle): void;
}

/** The draft of one form: what was typed, on its way to the store and back. */
export function createFormDraft(deps: FormDraftDeps): FormDraftHandle {
  const { form, identity, key, owner, scope, repository, schedule, emit, isNeverStored } = deps;
  const index = createFieldIndex(form);
  const ledger = createLedger({ form, index, isNeverStored, isTouched: deps.isTouched });
  const restorer = createRestorer({ form, index, ledger, isNeverStored });
  let first: 'restore' | 'adopt' = 'restore';
  let phase: 'opening' | 'open' | 'detached' = 'opening';
  let savedAt = 0;

  const loading = deps.load().catch((): StoredDraft => ({ header: undefined, fields: [], cleared: 0 }));
  const opened = loading.then(({ header, fields, cleared }) => {
    if (phase === 'detached') return;
    phase = 'open';
    savedAt = header?.savedAt ?? 0;
    ledger.load(fields, Math.max(header?.revision ?? 0, cleared));
    saver.submitted.set(Math.max(saver.submitted.get(), header?.submitted?.revision ?? 0));
  });
  const saver = createSaver({
    form,
    about: { key, owner, scope, form: identity },
    ledger,
    repository,
    journals: deps.journals,
    isDurable: deps.isDurable,
    emit,
    onState: (state) => deps.onState(form, state),
    saveAt: (time) => schedule.later(handle, time),
    opened,
  });

  const saveSoon = () => {
    if (ledger.changes().length > 0) schedule.soon(handle);
  };
  const giveBack = createGiveBack({ ...deps, ledger, restorer, saver, saveSoon });

  const adoptNow = async () => {
    const records = [...restorer.dropped(), ...ledger.all()];
    restorer.forget();
    adoptShown(records, { form, index, ledger, isNeverStored });
    saver.submitted.set(0);
    await repository.release(key).catch(() => undefined);
    await saver.flush();
  };

  const restored = opened.then(async () => {
    if (phase === 'detached') return;
    if (first === 'adopt') return adoptNow();
    giveBack.begin(deps.mode, savedAt);
    saveSoon();
  });
  const ready = restored.catch(reportError);

  const handle: FormDraftHandle = {
    form,
    key,
    ready,
    state: saver.state,
    flush() {
      ledger.sweep(performance.now() + glance);
      return saver.flush();
    },

    handOver(entryId) {
      ledger.sweep(Infinity);
      ledger.capture();
      return saver.handOver(entryId);
    },

    async adopt() {
      const isEarly = phase === 'opening';
      if (isEarly) first = 'adopt';
      await ready;
      if (!isEarly) await adoptNow();
    },

    acknowledged(revision, { revert = true } = {}) {
      // A later submission carries the same: its own acknowledgement counts.
      if (revision < saver.submitted.get()) return false;
      ledger.sweep(Infinity);
      ledger.capture();
      const gone = ledger.forget(revision);
      saver.submitted.set(0);
      saver.dropJournal();
      restorer.forget();
      const isUnchanged = gone.length > 0 && ledger.all().length === 0;
      if (isUnchanged && revert) {
        for (const record of gone) restorer.reset(record);
        restorer.clearFiles();
      }
      saver.refresh();
      saveSoon();
      return isUnchanged && revert;
    },

    async takeBack(from = key) {
      await ready;
      await giveBack.takeBack(from);
    },
    handedOver(revision) {
      saver.submitted.set(revision);
      saver.refresh();
    },
    offered: giveBack.offered,
    async restoreNow() {
      await ready;
      await giveBack.restoreNow();
    },
    async undo() {
      await ready;
      await giveBack.undo();
    },

    detach() {
      if (phase === 'detached') return;
      handle.leave();
      // Once stopped, the journal has it, and the next load.
      if (!deps.signal.aborted) void saver.flush();
      phase = 'detached';
      schedule.forget(handle);
      deps.onDetach(handle);
    },

    edited(control) {
      const isNews = ledger.mark(control);
      if (isNews && !isNeverStored(control)) saver.refresh('typed');
      schedule.touch(handle);
    },
    isNewer(control) {
      const field = index.of(control);
      if (!field) return false;
      return ledger.isMarked(field) || (ledger.latest(field.key)?.revision ?? 0) > saver.submitted.get();
    },
    isOwnEvent: restorer.isApplying,
    sweep(deadline) {
      const isThrough = ledger.sweep(deadline);
      if (ledger.isDirty()) {
        saver.refresh('typed');
        schedule.touch(handle);
      }
      return isThrough;
    },
    changed() {
      index.stale();
      if (phase === 'open' && restorer.isWaiting()) giveBack.retry();
    },
    leave() {
      ledger.sweep(performance.now() + farewell);
      ledger.capture();
      saver.journal();
    },
    async returned() {
      const { cleared } = await repository.read(key);
      ledger.forget(cleared);
      saveSoon();
      saver.refresh();
    },
    forget() {
      ledger.capture();
      saver.cancel();
      ledger.forget(ledger.nextRevision());
      restorer.forget();
      saver.dropJournal();
      schedule.forget(handle);
      saver.refresh();
    },
  };

  for (const field of index.all()) {
    if (isBaseBySight(field.kind)) ledger.baseOf(field);
    // Select2 adds the option that is chosen: the first of a select without any would be taken for the page's own.
    else if (field.kind === 'select' && readDefault(field) === null) ledger.setBase(field, null);
  }
  return handle;
}

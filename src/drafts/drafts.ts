import type { Control } from '../lib/dom.js';
import { watchSecrets } from '../lib/secret.js';
import { createTimer } from '../lib/timer.js';
import type { DraftOptions } from '../options.js';
import type { Store } from '../storage/store.js';
import type { Emit, FormIdentity } from '../types.js';
import type { Drafts, DraftState } from './contract.js';
import { createFormDraft } from './form-draft.js';
import { fillForm } from './fill.js';
import type { FormDraftHandle } from './handle.js';
import { whenIdle } from './idle.js';
import { createJournals } from './journal.js';
import { createLibrary } from './library.js';
import { createRepository } from './repository.js';
import { createRules } from './rules.js';
import { createSchedule } from './schedule.js';
import { keyOf, scopeOf } from './scope.js';
import { watchControls, watchDocument } from './watch.js';

/** Longest look for edits without events in one turn, milliseconds. */
const slice = 4;
/** Between two such looks while the person is at work, milliseconds, and for how long after the last deed. */
const pause = 2000;
const attention = 15_000;

export interface DraftsDeps {
  owner: string;
  options: DraftOptions;
  /** Identifies this tab, over reloads too. */
  tab: string;
  isOpenElsewhere(tab: string): Promise<boolean>;
  store: Store;
  emit: Emit;
  /** Controls never stored, besides those that the rules name. */
  isIgnored?: ((control: Element) => boolean) | undefined;
  csrfNames: ReadonlySet<string>;
  idempotencyField: string | undefined;
  onState(form: HTMLFormElement, state: DraftState): void;
  signal: AbortSignal;
}

/** Keeps what is typed: watches forms, stores their changes, and puts them back on the next load. */
export function createDrafts(deps: DraftsDeps): Drafts {
  const { owner, options, tab, store, emit, signal } = deps;
  const repository = createRepository(store);
  const journals = createJournals();
  const library = createLibrary({ ...deps, maxAge: options.maxAge, repository, journals });
  const neverStored = createRules({ ...deps, exclude: options.exclude });
  const handles = new Map<HTMLFormElement, FormDraftHandle>();
  const roots = new WeakSet<Node>();
  let isTouched = navigator.userActivation?.hasBeenActive ?? false;
  let lastActivity = 0;
  let sweeping: 'no' | 'planned' = 'no';

  const live = (): FormDraftHandle[] => [...handles.values()];

  const schedule = createSchedule<FormDraftHandle>({
    delay: options.delay,
    maxWait: options.maxWait,
    due: (handle) => void handle.flush(),
    signal,
  });

  const sweepSoon = () => {
    if (sweeping === 'planned' || handles.size === 0) return;
    sweeping = 'planned';
    whenIdle(sweep, signal);
  };
  const timer = createTimer(sweepSoon, signal);
  const sweep = () => {
    sweeping = 'no';
    const deadline = performance.now() + slice;
    const isThrough = live().every((handle) => handle.sweep(deadline));
    if (!isThrough) sweepSoon();
    // A picker may answer late, and a lookup may fill in an address: while somebody is at work, look again.
    else if (document.visibilityState === 'visible' && Date.now() - lastActivity < attention)
      timer.at(Date.now() + pause);
  };

  const watchRoot = (root: Node) => {
    if (roots.has(root) || !(root instanceof Document || root instanceof ShadowRoot)) return;
    roots.add(root);
    watchSecrets(root, signal);
    watchControls(root, () => (live().forEach((handle) => handle.changed()), sweepSoon()), signal);
  };

  const handleOf = (control: Control): FormDraftHandle | undefined => {
    const form = control.form ?? Element.prototype.closest.call(control, 'form');
    return form instanceof HTMLFormElement ? handles.get(form) : undefined;
  };

  const start = () => {
    watchRoot(document);
    watchDocument({
      signal,
      onEdit(control, isFinal) {
        isTouched = true;
        const handle = handleOf(control);
        if (!handle || handle.isOwnEvent(control)) return;
        handle.edited(control);
        if (isFinal) schedule.soon(handle);
      },
      onActivity() {
        isTouched ||= navigator.userActivation?.hasBeenActive ?? true;
        lastActivity = Date.now();
        sweepSoon();
      },
      onSubmit: (form) => void handles.get(form)?.flush(),
      onHidden() {
        for (const handle of live()) {
          handle.leave();
          void handle.flush();
        }
      },
      onLeave: () => live().forEach((handle) => handle.leave()),
      onReturn: () => live().forEach((handle) => void handle.returned().catch(() => undefined)),
    });
    signal.addEventListener('abort', () => live().forEach((handle) => handle.detach()), { once: true });
    whenIdle(() => void library.expire(), signal);
  };

  /** A form that takes the place of one that is gone goes on with its draft; beside one, it has its own. */
  const scopeFor = (identity: FormIdentity): { scope: string; before: FormDraftHandle | undefined } => {
    for (let ordinal = 0; ; ordinal += 1) {
      const scope = scopeOf(identity, options.query, ordinal);
      const holder = live().find(({ key }) => key === keyOf(owner, scope, tab));
      if (!holder || !document.contains(holder.form)) return { scope, before: holder };
    }
  };

  const attach: Drafts['attach'] = (form, identity, mode) => {
    const known = handles.get(form);
    if (known) return known;
    watchRoot(Node.prototype.getRootNode.call(form));
    const { scope, before } = scopeFor(identity);
    before?.detach();
    const key = keyOf(owner, scope, tab);
    const handle = createFormDraft({
      ...deps,
      form,
      identity,
      key,
      scope,
      mode,
      load: async () => {
        await before?.flush();
        return library.open(scope, key);
      },
      repository,
      isDurable: () => store.durable,
      journals,
      schedule,
      emit,
      isNeverStored: neverStored,
      isTouched: () => isTouched,
      onDetach: () => void handles.delete(form),
    });
    handles.set(form, handle);
    sweepSoon();
    return handle;
  };

  if (!signal.aborted) start();

  return {
    attach,
    fill: (form, fields, newer) =>
      fillForm(form, fields, {
        isNeverStored: neverStored,
        isAuxiliary: (name) => deps.csrfNames.has(name) || name === deps.idempotencyField,
        isNewer: (control) => {
          if (newer === 'replace') return false;
          // A draft has no files: one that was chosen anew is in the control.
          const isFile = control instanceof HTMLInputElement && control.type === 'file';
          return isFile ? control.files?.length !== 0 : handles.get(form)?.isNewer(control) === true;
        },
      }),
    async list() {
      // A draft on its way into a form is under one key or the other.
      await Promise.all(live().map(({ ready }) => ready));
      return library.list();
    },
    get: library.get,
    async discard(key) {
      const summary = await library.get(key);
      const handle = live().find((handle) => handle.key === key);
      handle?.forget();
      await library.discard([key]);
      if (!summary) return;
      emit('draft:discarded', {
        key,
        form: handle?.form ?? null,
        savedAt: summary.savedAt,
        fields: summary.fields,
      });
    },
    async purge() {
      for (const handle of live()) handle.forget();
      await library.purge(live().map(({ key }) => key));
    },
  };
}

import { setAttribute } from '../lib/dom.js';
import type { Delivery, UnknownPolicy } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { FormIdentity } from '../types.js';
import { discoverForms } from './discover.js';
import { createHandle, type FormDraft, type Handle } from './handle.js';
import { identify } from './identity.js';
import { interceptSubmissions, type Intercepted } from './intercept.js';
import { isImmediate, offerAnswer, replaceForm, type ShownAnswer } from './show-answer.js';
import { choose, isNameless } from './submission.js';

export interface FormOptions {
  delivery?: Delivery | undefined;
  drafts?: 'auto' | 'ask' | 'off' | undefined;
  unknown?: UnknownPolicy | undefined;
}

export interface FormsDeps {
  selector: string;
  defaults: { delivery: Delivery; drafts: 'auto' | 'ask' | 'off'; unknown: UnknownPolicy };
  attachDraft(
    form: HTMLFormElement,
    identity: FormIdentity,
    mode: 'auto' | 'ask',
    show: Handle['show'],
  ): FormDraft;
  /** Address of the form's own page, where this is not it. */
  homeOf(form: HTMLFormElement): string | undefined;
  submit(handle: Handle, given: Intercepted): void;
  /** A form came: it may have submissions waiting from before. */
  onEnhanced(handle: Handle): void;
  warn(message: string): void;
  signal: AbortSignal;
}

export interface Forms {
  /** @throws {TypeError} when it is no form, or an attribute of it has a value that is not one. */
  enhance(form: HTMLFormElement, options?: FormOptions): Handle;
  /** Begins to look for forms and to see their submissions. */
  begin(): void;
  find(form: HTMLFormElement): Handle | undefined;
  all(): Handle[];
  /** The form on screen whose newest submission this is. */
  of(id: string): Handle | undefined;
  /** What became of an entry: the form on screen shows it. */
  settled(
    entry: EntryRecord,
    verdict: 'sending' | 'queued' | 'sent' | 'held',
    answer?: ShownAnswer,
  ): 'shown' | 'told';
  /** The submission is in the outbox no more, and nobody here heard why: it was sent, or it cannot be known. */
  gone(id: string, how: 'sent' | 'unknown'): void;
}

export function createForms(deps: FormsDeps): Forms {
  const handles = new Map<HTMLFormElement, Handle>();
  const { signal, warn } = deps;

  const enhance = (form: HTMLFormElement, options: FormOptions = {}, home = deps.homeOf(form)): Handle => {
    const known = handles.get(form);
    if (known) return known;
    if (!(form instanceof HTMLFormElement)) {
      throw new TypeError(`resilient-forms: enhance() was given ${typeof form}; expected a <form> element`);
    }
    const { defaults } = deps;
    const mode = choose(
      form,
      'data-resilient-drafts',
      ['auto', 'ask', 'off'],
      options.drafts ?? defaults.drafts,
    );
    const identity = identify(form, home);
    const handle = createHandle(
      {
        form,
        identity,
        delivery: choose(
          form,
          'data-resilient-delivery',
          ['native', 'fetch'],
          options.delivery ?? defaults.delivery,
        ),
        unknown: choose(
          form,
          'data-resilient-unknown',
          ['replay', 'ask'],
          options.unknown ?? defaults.unknown,
        ),
      },
      (show) => (mode === 'off' ? undefined : deps.attachDraft(form, identity, mode, show)),
    );
    handles.set(form, handle);
    if (isNameless(form)) {
      const { title, name } = identity;
      warn(`no control of the form "${title}" (${name}) has a name: nothing typed in it can be kept or sent`);
    }
    deps.onEnhanced(handle);
    return handle;
  };

  /** A form that cannot be enhanced is told to whoever builds the page, and works as it is. */
  const tryEnhance = (form: HTMLFormElement) => {
    try {
      enhance(form);
    } catch (error) {
      warn((error as Error).message);
    }
  };

  const of = (id: string) => [...handles.values()].find(({ current }) => current?.id === id);

  const showSent = (entry: EntryRecord, handle: Handle, answer?: ShownAnswer): 'shown' | 'told' => {
    const { draft, current } = handle;
    const unchanged = draft?.acknowledged(entry.draft?.revision ?? current?.draft?.revision ?? 0) ?? false;
    handle.current = undefined;
    handle.show({ progress: 'sent' });
    if (!answer || !isImmediate(entry)) return 'told';
    if (offerAnswer(handle.form, entry.id, answer)) return 'shown';
    if (!answer.redirected || (draft && !unchanged)) return 'told';
    location.assign(answer.url);
    return 'shown';
  };

  const showHeld = (entry: EntryRecord, handle: Handle, answer?: ShownAnswer): 'shown' | 'told' => {
    handle.show({ progress: 'held' });
    if (!answer || entry.reason !== 'rejected' || !isImmediate(entry)) return 'told';
    if (offerAnswer(handle.form, entry.id, answer)) return 'shown';
    const copy = answer.html === undefined ? undefined : replaceForm(handle.form, answer.html);
    if (!copy) return 'told';
    setAttribute(copy, 'data-resilient', handle.identity.name);
    const next = enhance(copy, handle, handle.identity.page);
    void next.draft?.adopt();
    return 'shown';
  };

  return {
    enhance: (form, options) => enhance(form, options),
    begin: () => {
      discoverForms(
        deps.selector,
        tryEnhance,
        (form) => {
          handles.get(form)?.release();
          handles.delete(form);
        },
        signal,
      );
      interceptSubmissions(
        (form) => handles.has(form),
        (given) => deps.submit(handles.get(given.form)!, given),
        signal,
      );
      addEventListener(
        'pageshow',
        (event) => {
          // Back on the form's page: what was sent before is over, the next submission is another.
          if (event.persisted) for (const handle of handles.values()) forget(handle);
        },
        { signal },
      );
      signal.addEventListener('abort', () => {
        for (const handle of handles.values()) handle.release();
        handles.clear();
      });
    },
    find: (form) => handles.get(form),
    all: () => [...handles.values()],
    of,
    settled: (entry, verdict, answer) => {
      const handle = of(entry.id);
      if (!handle) return 'told';
      if (verdict === 'sending' || verdict === 'queued') {
        handle.show({ progress: verdict });
        return 'told';
      }
      return verdict === 'sent' ? showSent(entry, handle, answer) : showHeld(entry, handle, answer);
    },
    gone: (id, how) => {
      const handle = of(id);
      if (!handle) return;
      // The page stays as it was left.
      if (how === 'sent') handle.draft?.acknowledged(handle.current?.draft?.revision ?? 0, { revert: false });
      handle.current = undefined;
      handle.show({ progress: how === 'sent' ? 'sent' : 'none' });
    },
  };
}

function forget(handle: Handle): void {
  if (handle.current?.leftAt === undefined) return;
  handle.current = undefined;
  handle.show({ progress: 'none' });
}

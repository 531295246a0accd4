import type { IdempotencyOptions } from '../options.js';
import type { EntryRecord } from '../storage/records.js';
import type { Op } from '../storage/store.js';
import type { DraftRef, Field, Submission } from '../types.js';
import { storeFields } from './capture.js';
import { withoutFragment } from './evidence.js';
import type { Current, Handle } from './handle.js';
import type { Intercepted } from './intercept.js';
import { getMarker, setMarker } from './marker.js';
import { addEntries, submitNatively } from './native.js';
import { describe, ownKey, withKey } from './submission.js';

export interface Enqueue {
  submission: Submission;
  as: { state: 'waiting' } | { state: 'navigation'; until: number };
  draft?: { ref: DraftRef; ops: readonly Op[] };
  replaces?: string;
  corrects?: string;
}

export interface SendDeps {
  owner: string;
  idempotency: IdempotencyOptions | false;
  blankTokens(fields: readonly Field[]): { fields: Field[]; csrfField?: string };
  /** A file's bytes, as of choosing. */
  bytesOf(file: File): Promise<ArrayBuffer>;
  add(enqueue: Enqueue): Promise<EntryRecord>;
  /** Stores a draft's pending changes where no entry carries them. */
  write(ops: readonly Op[]): Promise<void>;
  /** How long nobody else sends what the browser is sending, milliseconds. */
  navigationLease: number;
  /** The browser is sending it: the page is expected to go. */
  onLeft(handle: Handle, current: Current, entry: boolean): void;
}

/** The ways out of a page for one submission. */
export interface Send {
  /** Stores it for the outbox. Rejects when it could not be stored; nothing has changed then. */
  enqueue(handle: Handle, given: Intercepted, current: Current, replaces: string | undefined): Promise<void>;
  /** Stores it for the browser to send: nobody else does for a while. Returns what kept it from being stored, if anything. */
  keep(handle: Handle, given: Intercepted, current: Current): Promise<{ error: unknown } | undefined>;
  /** The browser sends what is stored, or sends it again, under the same key. */
  sendKept(handle: Handle, given: Intercepted, current: Current): void;
  /** The browser sends it; nothing is stored but the draft. */
  sendUnkept(handle: Handle, given: Intercepted, current: Current): void;
  /** As `sendUnkept`, from within the page's own submit event, whose default goes on. */
  letGo(handle: Handle, given: Intercepted, current: Current): void;
}

export function createSend(deps: SendDeps): Send {
  const keyOf = (given: Intercepted, current: Current) =>
    ownKey(given.captured, deps.idempotency) ?? current.id;

  const keyField = (given: Intercepted, current: Current): [string, string][] =>
    deps.idempotency && !given.captured.formData.has(deps.idempotency.field)
      ? [[deps.idempotency.field, keyOf(given, current)]]
      : [];

  /** The next page of this tab learns from the marker what it has to settle. */
  const leave = (
    handle: Handle,
    given: Intercepted,
    current: Current,
    entry: boolean,
    go: () => void,
  ): void => {
    const page = withoutFragment(location.href);
    const home = handle.identity.page;
    // The sign-in itself must not take the place of what waits for it.
    const wantsSignIn = getMarker()?.settlement === 'sign-in';
    if (entry || !wantsSignIn) {
      setMarker({
        v: 1,
        id: current.id,
        key: keyOf(given, current),
        owner: deps.owner,
        page,
        ...(home !== page && { home }),
        action: withoutFragment(given.captured.url),
        form: handle.identity.name,
        entry,
        at: Date.now(),
        ...(current.draft && { draft: current.draft }),
        ...(!entry && current.corrects && { corrects: current.corrects }),
      });
    }
    current.leftAt = Date.now();
    handle.show({ progress: 'sending' });
    go();
    deps.onLeft(handle, current, entry);
  };
  const submit = (given: Intercepted, current: Current) =>
    submitNatively(given.form, given.submitter, given.captured, keyField(given, current));

  /** Not awaited: what does not reach the store before the page goes is in the journal. */
  const keepDraft = (handle: Handle, current: Current): void => {
    const draft = handle.draft?.handOver(current.id);
    if (!draft) return;
    current.draft = draft.ref;
    deps.write(draft.ops).then(draft.written, draft.failed);
  };

  const store = async (
    handle: Handle,
    given: Intercepted,
    current: Current,
    as: Enqueue['as'],
    replaces?: string,
  ): Promise<void> => {
    const fields = await storeFields(given.captured.formData, deps.bytesOf);
    const submission = describe(handle.form, {
      id: current.id,
      key: keyOf(given, current),
      identity: handle.identity,
      captured: given.captured,
      fields: withKey(fields, deps.idempotency, current.id),
      blankTokens: deps.blankTokens,
      unknown: handle.unknown,
      delivery: handle.delivery,
    });
    const draft = handle.draft?.handOver(current.id);
    try {
      await deps.add({
        submission,
        as,
        ...(draft && { draft }),
        ...(replaces !== undefined && { replaces }),
        ...(current.corrects && { corrects: current.corrects }),
      });
    } catch (error) {
      draft?.failed();
      throw error;
    }
    draft?.written();
    handle.editing = undefined;
    if (draft) current.draft = draft.ref;
  };

  const sendUnkept = (handle: Handle, given: Intercepted, current: Current): void => {
    keepDraft(handle, current);
    leave(handle, given, current, false, () => submit(given, current));
  };

  return {
    enqueue: (handle, given, current, replaces) =>
      store(handle, given, current, { state: 'waiting' }, replaces),
    keep: async (handle, given, current) => {
      const until = Date.now() + deps.navigationLease;
      // A failure was said already by the storage.
      return store(handle, given, current, { state: 'navigation', until }).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    },
    sendKept: (handle, given, current) => leave(handle, given, current, true, () => submit(given, current)),
    sendUnkept,
    letGo: (handle, given, current) => {
      keepDraft(handle, current);
      leave(handle, given, current, false, () => addEntries(given.form, keyField(given, current)));
    },
  };
}

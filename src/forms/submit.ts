import { uuid } from '../lib/uuid.js';
import type { EntryRecord } from '../storage/records.js';
import type { ConnectionState } from '../types.js';
import type { Current, Handle } from './handle.js';
import type { Intercepted } from './intercept.js';
import type { Send } from './send.js';
import { submitNatively } from './native.js';
import { hasFiles, hasSecrets, laneOf, signatureOf } from './submission.js';

/** A reading at most this old lets a submission go without asking the server first, milliseconds. */
const freshness = 2000;
/** Longest wait for the server's word before a submission, milliseconds. */
const patience = 3000;
/** A repeated click on what the browser is sending counts as the same one for so long, milliseconds. */
const doubleClick = 5000;

/** What a person has to be told that no event says. */
export interface Tell {
  /** It is not stored and not sent; the form still has everything. `error` says what kept it from being stored. */
  notSaved(form: HTMLFormElement, sendAnyway: () => void, error?: unknown): void;
  /** Something in it may not be stored, and the server cannot be reached. */
  cannotKeep(form: HTMLFormElement, sendAnyway: () => void): void;
  /** The same submission waits already. */
  alreadyWaiting(form: HTMLFormElement): void;
}

export interface SubmitDeps {
  send: Send;
  /** Fields that are no part of what a person means: token and key. */
  isAuxiliary(name: string): boolean;
  isDurable(): boolean;
  connection: {
    fresh(maxAge: number): ConnectionState | undefined;
    check(within: number): Promise<ConnectionState>;
    /** Nothing can be known from the health URL: `unknown` is no bad sign then. */
    isBlind(): boolean;
    /** The page is on its way to another one, or may be. */
    isLeaving(): boolean;
  };
  outbox: {
    list(): Promise<EntryRecord[]>;
    retry(id: string): Promise<void>;
    keep(id: string): Promise<void>;
    settle(id: string, verdict: 'shown'): Promise<void>;
    wake(): void;
  };
  tell: Tell;
}

/** Decides, for each submission, whether the browser sends it now or the outbox keeps it. */
export function createSubmit(deps: SubmitDeps): (handle: Handle, given: Intercepted) => void {
  const { send, outbox, connection, tell } = deps;

  /** Online, or nothing to be known: then the page behaves as it would without us. */
  const isOpen = (state: ConnectionState): boolean =>
    state === 'online' || state === 'degraded' || (state === 'unknown' && connection.isBlind());

  const stateNow = async () => connection.fresh(freshness) ?? (await connection.check(patience));

  const mayBeKept = (form: HTMLFormElement) => deps.isDurable() && !hasSecrets(form);

  const decide = async (handle: Handle, given: Intercepted, current: Current): Promise<void> => {
    const former = handle.current;
    current.corrects = handle.editing;
    handle.current = current;
    handle.show({ progress: 'sending' });
    const keepable = mayBeKept(given.form);
    const ahead = keepable ? await whatIsAhead(handle, former, current) : 'nothing';
    if (typeof ahead === 'object') return repeat(handle, given, former!, ahead);
    const native = handle.delivery === 'native' && ahead === 'nothing';
    if (keepable && native && !hasFiles(given.captured.formData)) return keepAndSend(handle, given, current);
    const state = await stateNow();
    // A password is how one signs in again: the server is there, and decides.
    const signsIn = state === 'signed-out' && hasSecrets(given.form);
    if (signsIn || (isOpen(state) && (native || !keepable))) return send.sendUnkept(handle, given, current);
    if (!deps.isDurable()) return notSaved(handle, given, current);
    if (!keepable) {
      return stay(handle, () => tell.cannotKeep(given.form, () => send.sendUnkept(handle, given, current)));
    }
    if (!mayQueue(given.form)) return stay(handle);
    try {
      await send.enqueue(handle, given, current, former?.id === current.id ? undefined : former?.id);
    } catch (error) {
      return notSaved(handle, given, current, error);
    }
    handle.show({ progress: 'queued' });
    outbox.wake();
  };

  /** Stored at once, so that a page that dies or goes meanwhile loses nothing; who sends it is the server's word. */
  const keepAndSend = async (handle: Handle, given: Intercepted, current: Current): Promise<void> => {
    const [failed, state] = await Promise.all([send.keep(handle, given, current), stateNow()]);
    const kept = failed === undefined;
    // The person went elsewhere meanwhile: a submission by the browser would take them back.
    const goesElsewhere = connection.isLeaving() && !current.wasLeaving;
    if (isOpen(state) && !(kept && goesElsewhere)) {
      return kept ? send.sendKept(handle, given, current) : send.sendUnkept(handle, given, current);
    }
    if (!kept) return notSaved(handle, given, current, failed.error);
    if (!mayQueue(given.form)) {
      await outbox.settle(current.id, 'shown');
      await handle.draft?.takeBack();
      return stay(handle);
    }
    // Not said before it is true: until then it counts as being sent by the browser.
    await outbox.keep(current.id);
    handle.show({ progress: 'queued' });
  };

  const notSaved = (handle: Handle, given: Intercepted, current: Current, error?: unknown): void =>
    stay(handle, () => tell.notSaved(given.form, () => send.sendUnkept(handle, given, current), error));

  /** The page stays, with everything in it. */
  const stay = (handle: Handle, say?: () => void): void => {
    handle.current = undefined;
    handle.show({ progress: 'none' });
    say?.();
  };

  /** What must not be overtaken: the same submission itself, or others of its lane. */
  const whatIsAhead = async (
    handle: Handle,
    former: Current | undefined,
    current: Current,
  ): Promise<'nothing' | 'others' | EntryRecord> => {
    const records = await outbox.list().catch(() => []);
    const before = records.find(({ id }) => id === former?.id);
    if (before && former?.signature === current.signature) return before;
    // Corrected in the form: nobody is to be asked about the rejected one any more.
    if (before?.reason === 'rejected') current.corrects ??= before.id;
    const lane = laneOf(handle.form, handle.identity);
    // What the browser sent from this page and brought no other is over: a download, or an answer without content.
    const over = (id: string) =>
      id === former?.id && former.leftAt !== undefined && Date.now() - former.leftAt >= doubleClick;
    const isAhead = (entry: EntryRecord) => entry.lane === lane && entry.state !== 'held' && !over(entry.id);
    return records.some(isAhead) ? 'others' : 'nothing';
  };

  /** Submitted again unchanged: nothing is added. */
  const repeat = async (
    handle: Handle,
    given: Intercepted,
    former: Current,
    entry: EntryRecord,
  ): Promise<void> => {
    handle.current = former;
    // The browser's own attempt brought no other page: a download, or a server that takes its time.
    const isOurs = entry.lease?.holder !== 'navigation';
    if (!isOurs && isOpen(await stateNow())) return send.sendKept(handle, given, former);
    handle.show({ progress: entry.state === 'sending' ? 'sending' : 'queued' });
    tell.alreadyWaiting(handle.form);
    await outbox.retry(entry.id);
  };

  const run = (handle: Handle, given: Intercepted, current: Current): void => {
    const deciding = decide(handle, given, current)
      .catch((error: unknown) => {
        reportError(error);
        // The form must work even where we do not.
        if (current.leftAt === undefined) submitNatively(given.form, given.submitter, given.captured, []);
      })
      .finally(() => {
        if (handle.deciding === deciding) handle.deciding = undefined;
      });
    handle.deciding = deciding;
  };

  return (handle, given) => {
    const signature = signatureOf(given.captured, deps.isAuxiliary);
    const same = handle.current?.signature === signature ? handle.current : undefined;
    // Sent again from the same page and unchanged, it keeps its key, stored or not.
    const current: Current = {
      id: same?.leftAt === undefined ? uuid() : same.id,
      signature,
      wasLeaving: connection.isLeaving(),
    };
    if (handle.deciding || (same?.leftAt !== undefined && Date.now() - same.leftAt < doubleClick)) {
      given.event.preventDefault();
      // A double click is one submission; a changed form is another, after this one.
      if (!same) void handle.deciding?.then(() => run(handle, given, current));
      return;
    }
    const state = connection.fresh(freshness);
    const unkept = !mayBeKept(given.form) || hasFiles(given.captured.formData);
    // What is in the outbox is the outbox's to send.
    const alone = same?.leftAt !== undefined || (handle.current ?? handle.editing) === undefined;
    if (handle.delivery === 'native' && unkept && alone && state && isOpen(state)) {
      handle.current = current;
      return send.letGo(handle, given, current);
    }
    given.event.preventDefault();
    run(handle, given, current);
  };
}

/** The page may keep a submission out of the outbox. */
const mayQueue = (form: HTMLFormElement): boolean =>
  EventTarget.prototype.dispatchEvent.call(
    form,
    new CustomEvent('resilient:before-queue', { bubbles: true, cancelable: true }),
  );

import type { Late, Services } from './compose.js';
import { createDrafts } from './drafts/drafts.js';
import { createEditing } from './forms/edit.js';
import { OutboxFullError } from './errors.js';
import { catchUp } from './forms/catch-up.js';
import { isSignInPage } from './forms/evidence.js';
import { createChosenFiles } from './forms/chosen-files.js';
import { createForms, type Forms } from './forms/forms.js';
import type { Current, Handle } from './forms/handle.js';
import { identify } from './forms/identity.js';
import { clearMarker, getMarker } from './forms/marker.js';
import { createSend } from './forms/send.js';
import { createSettle } from './forms/settle.js';
import { canPost, laneOf } from './forms/submission.js';
import { createSubmit } from './forms/submit.js';
import { queryAllDocument } from './lib/dom.js';
import type { Tabs } from './lib/tabs.js';
import type { Settings } from './options.js';
import { blankTokens, csrfNames, isCsrfField } from './outbox/csrf.js';
import { navigationLease } from './outbox/contract.js';
import type { DraftState } from './drafts/contract.js';
import { clearDraft, clearedKey, draftRanges, type ClearedRecord } from './storage/records.js';

/** Longest wait for the last page's submission to be settled before the forms of this one are looked at, milliseconds. */
const patience = 1500;

export interface Page {
  forms: Forms;
  drafts: ReturnType<typeof createDrafts>;
  late: Late;
}

/** Wires what has to do with the forms of this page, once the tab is known. */
export async function openPage(
  settings: Settings,
  services: Services,
  tabs: Tabs,
  signal: AbortSignal,
): Promise<Page> {
  const { events, store, connection, outbox, screen, idempotency, warn } = services;
  const tokens = csrfNames(settings.csrf);
  const isToken = (name: string) => isCsrfField(name, tokens);
  const keyField = settings.idempotency ? settings.idempotency.field : undefined;
  const shows = new WeakMap<HTMLFormElement, Handle['show']>();

  const drafts = createDrafts({
    owner: settings.owner,
    options: settings.drafts,
    tab: tabs.id,
    isOpenElsewhere: tabs.isOpen,
    store,
    emit: events.emit,
    csrfNames: new Set(tokens),
    idempotencyField: keyField,
    onState: (form, state: DraftState) => shows.get(form)?.({ draft: state }),
    signal,
  });

  const chosen = createChosenFiles({
    forms: () => forms.all().map(({ form }) => form),
    maxBytes: settings.outbox.maxBytes,
    signal,
  });
  const narrator = () => screen.narrator;
  const send = createSend({
    owner: settings.owner,
    idempotency: settings.idempotency,
    blankTokens: (fields) => blankTokens(fields, tokens),
    bytesOf: chosen.bytesOf,
    add: outbox.add,
    write: store.write,
    navigationLease,
    onLeft: (handle, current, entry) => {
      narrator()?.settled();
      settling.watch(current.id, () => void stayed(handle, current.id, entry), navigationLease);
    },
  });
  const submit = createSubmit({
    send,
    isAuxiliary: (name) => name === keyField || isToken(name),
    isDurable: () => store.durable,
    connection,
    outbox,
    tell: {
      notSaved: (_, again, error) =>
        narrator()?.notSaved(again, error instanceof OutboxFullError ? error : undefined),
      cannotKeep: (_, again) => narrator()?.cannotKeep(again),
      alreadyWaiting: () => narrator()?.alreadyWaiting(),
    },
  });
  const forms = createForms({
    selector: settings.forms,
    defaults: { delivery: settings.delivery, unknown: settings.unknown, drafts: settings.drafts.mode },
    attachDraft: (form, identity, mode, show) => {
      shows.set(form, show);
      const draft = drafts.attach(form, identity, mode);
      void draft.ready.then(() => {
        const offer = draft.offered();
        if (!offer || mode !== 'ask') return;
        narrator()?.offer(
          { key: draft.key, form, savedAt: offer.savedAt, fields: offer.fields },
          { restore: () => draft.restoreNow(), leave: () => draft.undo() },
        );
      });
      return draft;
    },
    homeOf: (form) => shown.get(form),
    submit,
    onEnhanced: (handle) => {
      chosen.look(handle.form);
      const edited = editing.arrived(handle).catch((error: unknown) => (reportError(error), false));
      void edited.then((isEdited) => (isEdited ? undefined : tellOfWaiting(handle)));
    },
    warn,
    signal,
  });

  const settling = createSettle({
    owner: settings.owner,
    signIn: settings.signIn,
    formNamed: (name) =>
      queryAllDocument<HTMLFormElement>('form').find((form) => canPost(form) && identify(form).name === name),
    outbox,
    clearDraft: (ref) =>
      store.transact(draftRanges(ref), ([header = [], fields = []]) => ({
        ops: clearDraft(ref, header[0], fields),
        result: undefined,
      })),
    onProof: idempotency.proven,
    onShown: (form, home) => shown.set(form, home),
    signal,
  });
  /** Forms that the server showed again with its complaints, before they are enhanced, and their own pages. */
  const shown = new Map<HTMLFormElement, string>();

  const editing = createEditing({
    outbox,
    forms: () => forms.all(),
    fill: drafts.fill,
    isShown: (form) => shown.has(form),
    isSignIn: () => isSignInPage(settings.signIn),
    tell: (news) => narrator()?.edit(news),
    signal,
  });
  /** What was given up by hand, and the forms that have it back. */
  const released = new Map<string, { handle: Handle; current: Current | undefined }>();

  /** The page is still here long after the browser sent from it: the answer was no page. The entry is nobody's to repeat. */
  const stayed = async (handle: Handle, id: string, entry: boolean): Promise<void> => {
    handle.show({ progress: 'none' });
    // A large file may still be on its way, and the next page its answer.
    if (!entry) return;
    if (getMarker()?.id === id) clearMarker();
    if (handle.current?.id === id) handle.current = undefined;
    await connection.check();
    if (connection.canSend()) await outbox.settle(id, 'shown');
  };

  /** A page whose form has submissions waiting is as the server rendered it; the person is told of them. */
  const tellOfWaiting = async (handle: Handle): Promise<void> => {
    const lane = laneOf(handle.form, handle.identity);
    const inLane = async () => (await outbox.list().catch(() => [])).filter((entry) => entry.lane === lane);
    if ((await inLane()).length === 0) return;
    // With a good connection it is on its way already, and being sent is the better news. A server that wants to be
    // left alone is not asked.
    if (connection.current.nextCheckAt === undefined) await connection.check();
    const goes = connection.canSend();
    const waiting = await inLane();
    const [last] = waiting.slice(-1);
    if (!last || handle.current || (goes && last.state !== 'held')) return;
    const { name, page } = handle.identity;
    const isEditable = last.state !== 'sending' && last.form.name === name && last.form.page === page;
    screen.waitingHere(
      waiting.map(({ id }) => id),
      isEditable ? () => editing.edit(last.id) : undefined,
    );
  };

  const draftOf = (key: string) => forms.all().find(({ draft }) => draft?.key === key)?.draft;
  const late: Late = {
    formOf: (id) => forms.of(id)?.form ?? null,
    onSettled: (entry, verdict, answer) => forms.settled(entry, verdict, answer),
    undo: async (key) => draftOf(key)?.undo(),
    resolve: async (key, choice) => (choice === 'mine' ? draftOf(key)?.restoreNow() : drafts.discard(key)),
    takeBack: async (id, draft) => {
      // A page loaded since has the form, but made no submission of its own yet.
      const loaded = forms.all().find((handle) => !handle.current && handle.draft?.key === draft);
      const handle = forms.of(id) ?? (draft === undefined ? undefined : loaded);
      if (!handle) return;
      released.set(id, { handle, current: handle.current });
      handle.current = undefined;
      handle.show({ progress: 'none' });
      await handle.draft?.takeBack();
    },
    handOver: ({ id, state, draft }) => {
      const { handle, current = { id, signature: '', wasLeaving: false } } = released.get(id) ?? {};
      // Submitted again meanwhile: it stands for that one.
      if (!handle || handle.current) return;
      handle.current = current;
      handle.show({ progress: state === 'waiting' ? 'queued' : state });
      if (draft && draft.key === handle.draft?.key) handle.draft.handedOver(draft.revision);
    },
    edit: editing.edit,
  };

  const returned = async () => {
    const submitted = forms.all().flatMap(({ current, deciding }) => (deciding ? [] : (current ?? [])));
    await settling.settle(true);
    await catchUp({
      forms,
      submitted,
      list: outbox.list,
      wasCleared: async ({ key, revision }) =>
        (await store.get<ClearedRecord>(clearedKey(key)))?.revision === revision,
    });
  };

  // A storage that does not answer must not keep the forms from working.
  const settled = settling.settle().catch(() => undefined);
  await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, patience))]);
  if (!signal.aborted) {
    forms.begin();
    editing.begun();
  }
  for (const form of shown.keys()) void forms.find(form)?.draft?.adopt();
  addEventListener('pageshow', (event) => event.persisted && void returned().catch(() => undefined), {
    signal,
  });
  if (isSignInPage(settings.signIn)) outbox.wake();
  else void outbox.signedIn().catch(() => undefined);
  return { forms, drafts, late };
}

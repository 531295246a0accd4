import type {
  ConnectionState,
  DraftEvent,
  EntrySummary,
  HoldReason,
  Status,
  StorageErrorEvent,
} from '../types.js';
import type { Text } from './messages.js';
import type { Notice } from './notice.js';

/** What happened, what is safe, what comes next, what the person can do: one function a case, in words only. */

type Action = NonNullable<Notice['actions']>[number];
type Run = () => void | Promise<void>;

const join = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ');

export function connectionNotice(text: Text, state: ConnectionState): Notice | undefined {
  const id = 'connection';
  switch (state) {
    case 'unreachable':
    case 'down':
      return { id, kind: 'info', text: text('lost'), detail: text('lost.detail') };
    case 'intercepted':
    case 'signed-out':
      return { id, kind: 'info', text: text(state), detail: text(`${state}.detail`) };
    case 'unknown':
    case 'online':
    case 'degraded':
  }
  return undefined;
}

export const backNotice = (text: Text, { queued }: Status): Notice => ({
  id: 'connection',
  kind: 'success',
  text: text('back'),
  ...(queued > 0 && { detail: text('back.waiting', { count: queued }) }),
});

/** `missing`: what the page calls the fields that are not back. */
export function restoredNotice(
  text: Text,
  { key, fields, savedAt }: DraftEvent,
  missing: readonly string[],
  undo: Run,
): Notice {
  const saved = text('draft.saved', { age: text.age(savedAt) });
  const lost = missing.length > 0 ? text('draft.missing', { fields: text.list(missing) }) : '';
  const id = `draft:${key}`;
  if (fields.length === 0) return { id, kind: 'info', text: lost, detail: saved };
  return {
    id,
    kind: 'info',
    text: text('restored', { count: fields.length }),
    detail: join(saved, lost),
    actions: [{ label: text('undo'), run: undo }],
  };
}

export const undoneNotice = (text: Text, key: string): Notice => ({
  id: `draft:${key}`,
  kind: 'info',
  text: text('undone'),
});

export const conflictNotice = (text: Text, draft: DraftEvent, mine: Run, page: Run): Notice => ({
  id: `draft:${draft.key}`,
  kind: 'info',
  text: text('conflict'),
  detail: text('conflict.detail', { count: draft.fields.length, age: text.age(draft.savedAt) }),
  actions: [
    { label: text('conflict.mine'), run: mine },
    { label: text('conflict.page'), run: page },
  ],
});

export const offerNotice = (text: Text, draft: DraftEvent, restore: Run, leave: Run): Notice => ({
  id: `draft:${draft.key}`,
  kind: 'info',
  text: text('offer', { count: draft.fields.length }),
  detail: text('draft.saved', { age: text.age(draft.savedAt) }),
  actions: [
    { label: text('offer.yes'), run: restore },
    { label: text('offer.no'), run: leave },
  ],
});

/** `busy`: the server answers, but could not take it. */
export function queuedNotice(
  text: Text,
  count: number,
  storage: 'durable' | 'memory',
  busy: boolean,
): Notice {
  const detail = text(busy ? 'queued.busy' : 'queued.detail');
  return storage === 'memory'
    ? { id: 'queued', kind: 'error', text: text('queued.memory'), ...(busy && { detail }) }
    : { id: 'queued', kind: 'info', text: text('queued', { count }), detail };
}

export const alreadyNotice = (text: Text): Notice => ({
  id: 'already',
  kind: 'info',
  text: text('already'),
  detail: text('already.detail'),
});

export function sentNotice(
  text: Text,
  count: number,
  entry: EntrySummary | undefined,
  url: string | undefined,
): Notice {
  return {
    id: 'sent',
    kind: 'success',
    text: text('sent', { count }),
    ...(count === 1 && entry && { detail: about(text, entry) }),
    ...(count === 1 && url !== undefined && { link: { label: text('sent.link'), url } }),
  };
}

export interface Held {
  reason: HoldReason;
  entry: EntrySummary | undefined;
  actions: Action[];
  signIn: string | undefined;
}

/** One submission that needs the person. */
export function heldNotice(text: Text, { reason, entry, actions, signIn }: Held): Notice {
  const isSignIn = reason === 'sign-in';
  return {
    id: `held:${reason}`,
    kind: isSignIn ? 'info' : 'error',
    text: text(`held.${reason}`),
    detail: join(entry && about(text, entry), text(`held.${reason}.detail`)),
    actions,
    ...(isSignIn && signIn && { link: { label: text('held.sign-in.link'), url: signIn, newTab: true } }),
  };
}

export const severalHeldNotice = (text: Text, reason: HoldReason, count: number, show: Run): Notice => ({
  id: `held:${reason}`,
  kind: 'error',
  text: text('held.several', { count }),
  detail: text(`entry.${reason}`),
  actions: [{ label: text('show'), run: show }],
});

export const unsafeNotice = (text: Text, key: 'not-saved' | 'cannot-keep', again?: Run): Notice => ({
  id: 'unsafe',
  kind: 'error',
  text: text(key),
  detail: text(`${key}.detail`),
  ...(again && { actions: [{ label: text('again'), run: again }] }),
});

export function storageNotice(text: Text, { operation, fallback }: StorageErrorEvent): Notice {
  const id = 'storage';
  if (fallback === 'memory') {
    return { id, kind: 'info', text: text('storage.memory'), detail: text('storage.memory.detail') };
  }
  return operation === 'read'
    ? { id, kind: 'error', text: text('storage.read') }
    : { id, kind: 'error', text: text('storage.write'), detail: text('storage.write.detail') };
}

const about = (text: Text, { form, createdAt }: EntrySummary): string =>
  text('about', { title: form.title || text('entry.untitled'), age: text.age(createdAt) });

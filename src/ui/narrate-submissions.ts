import type { EntrySummary, HoldReason, SubmissionEvent } from '../types.js';
import type { Text } from './messages.js';
import type { NarratorDeps } from './narrate.js';
import { createNotice, join } from './notice.js';

/** Sent within this time of one another, submissions are told of together. */
const together = 10_000;

/** Id of the one prompt to sign in, whoever found out. */
export const signInNotice = 'held:sign-in';

export interface Asking {
  /** The person is asked to sign in, for what waits. */
  asksToSignIn(): boolean;
}

/** From "safe on this device" to "received", or to the question that a person has to answer. */
export function narrateSubmissions(deps: NarratorDeps): Asking {
  const { on, notify, text, entry, storage } = deps;
  const startedAt = Date.now();
  const waiting = new Set<string>();
  const held = narrateHeld(deps);
  let dismissQueued = () => {};
  let sent = { id: '', count: 0, at: 0 };

  const isWaitingNoMore = (id: string): boolean => {
    const was = waiting.delete(id);
    if (was) dismissQueued();
    return was;
  };

  on('submission:queued', ({ id, form, attempts }) => {
    held.release(id);
    const canGo = deps.canSend();
    // On its way at once: no news. Tried in the background: the indicator says enough.
    const isNews = attempts === 0 ? !canGo : form !== null;
    if (!isNews || waiting.has(id)) return;
    waiting.add(id);
    const [kind, key] =
      storage() === 'durable' ? (['info', 'queued'] as const) : (['error', 'unsafe'] as const);
    const busy = canGo && { detail: text('busy') };
    dismissQueued = notify({ ...createNotice(text, 'queued', kind, key, { count: waiting.size }), ...busy });
  });

  on('submission:attempt', ({ id }) => void held.release(id));

  on('submission:sent', ({ id, attempts, response }) => {
    const known = entry(id);
    const isFromBefore = response !== undefined && known !== undefined && known.createdAt < startedAt;
    const wasTold = [isWaitingNoMore(id), held.release(id)].includes(true);
    // What went through at once is the page's own business: without the SDK nobody would say a word.
    if (!wasTold && attempts <= 1 && !isFromBefore) return;
    const now = Date.now();
    sent = now - sent.at < together ? { ...sent, count: sent.count + 1, at: now } : { id, count: 1, at: now };
    const { count } = sent;
    const label = text('sent.link');
    const url = count === 1 ? deps.result(id)?.url : undefined;
    // What was answered to several, or without a page to go to, is in the panel.
    const inPanel = response !== undefined && url === undefined;
    notify({
      ...createNotice(text, `sent:${sent.id}`, 'success', 'sent', { count }),
      detail: count === 1 && known ? about(text, known) : '',
      ...(inPanel && { actions: [{ label, run: () => deps.actions.open() }] }),
      link: url === undefined ? undefined : { label, url },
    });
  });

  on('submission:held', (submission) => {
    isWaitingNoMore(submission.id);
    // The person has just taken it back: no news.
    if (submission.reason === 'edit') held.release(submission.id);
    else held.add(submission);
  });

  on('submission:discarded', ({ id }) => {
    isWaitingNoMore(id);
    held.release(id);
  });

  return { asksToSignIn: held.asksToSignIn };
}

interface HeldNarrator extends Asking {
  add(submission: SubmissionEvent): void;
  /** Needs nobody any more; says whether it did. */
  release(id: string): boolean;
}

/** One notice a reason, however many submissions it holds. */
function narrateHeld({ notify, text, entry, actions, signIn }: NarratorDeps): HeldNarrator {
  const groups = new Map<HoldReason, Map<string, SubmissionEvent>>();
  const dismissers = new Map<HoldReason, () => void>();

  const tell = (reason: HoldReason, group: Map<string, SubmissionEvent>) => {
    const [first] = group.values();
    if (!first) return dismissers.get(reason)?.();
    const { id, response } = first;
    const known = entry(id);
    const isSignIn = reason === 'sign-in';
    const several = group.size > 1;
    const landedOn = known && response?.url !== known.url ? response?.url : undefined;
    const url = isSignIn && (signIn ?? landedOn);
    // Sign-in goes on by itself; what was rejected as it is would be rejected again.
    const open = several || isSignIn || reason === 'rejected';
    const notice = createNotice(
      text,
      `held:${reason}`,
      isSignIn ? 'info' : 'error',
      first.detail ?? reason,
      {},
      {
        actions: open
          ? [{ label: text('show'), run: () => actions.open() }]
          : [
              { label: text('send.again'), run: () => actions.send(id) },
              { label: text('discard'), run: () => actions.open(id) },
            ],
        link: url ? { label: text('sign-in.link'), url, newTab: true } : undefined,
      },
    );
    if (!several) notice.detail = join(known && about(text, known), notice.detail);
    else if (!isSignIn)
      Object.assign(notice, { text: text('several', { count: group.size }), detail: notice.text });
    dismissers.set(reason, notify(notice));
  };

  const release = (id: string): boolean => {
    let was = false;
    for (const [reason, group] of groups) {
      if (!group.delete(id)) continue;
      was = true;
      tell(reason, group);
    }
    return was;
  };

  return {
    release,
    asksToSignIn: () => (groups.get('sign-in')?.size ?? 0) > 0,
    add(submission) {
      const { id, reason = 'refused' } = submission;
      const group = groups.get(reason) ?? new Map<string, SubmissionEvent>();
      if (!group.has(id)) release(id);
      groups.set(reason, group.set(id, submission));
      tell(reason, group);
    },
  };
}

const about = (text: Text, { form, createdAt }: EntrySummary): string =>
  text('about', { title: form.title || text('entry.untitled'), age: text.age(createdAt) });

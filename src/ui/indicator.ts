import type { EntryRecord } from '../storage/records.js';
import type { EntrySummary, Status } from '../types.js';
import { h, icon, setText, type IconName } from './dom.js';
import type { Text } from './messages.js';

/** An entry as it is listed. */
export type Listed = EntrySummary & Pick<EntryRecord, 'answer' | 'notBefore'>;

/** What is known now. */
export interface View {
  status: Status;
  entries: readonly Listed[];
  /** `memory`: nothing survives the page. */
  storage: 'durable' | 'memory';
  /** When the server is asked next, as of now: it changes without news. */
  nextCheckAt(): number | undefined;
  /** Until when nothing is sent after failures, as of now. */
  pausedUntil(): number | undefined;
}

export interface Indicator {
  readonly element: HTMLButtonElement;
  update(view: View): void;
}

export interface IndicatorDeps {
  text: Text;
  controls: string;
  onToggle: () => void;
}

/** Says in a few words how things stand, and opens the panel. Not there while all is well and nothing waits. */
export function createIndicator({ text, controls, onToggle }: IndicatorDeps): Indicator {
  const label = h('span');
  const element = h('button', {
    type: 'button',
    class: 'indicator',
    hidden: '',
    'aria-expanded': 'false',
    'aria-controls': controls,
    onclick: onToggle,
  });
  let drawn: IconName | undefined;

  return {
    element,
    update(view) {
      const { name, words, quiet } = summary(view, text);
      const isUsed = element.getAttribute('aria-expanded') === 'true' || element.matches(':focus');
      element.hidden = words.length === 0 && !isUsed;
      if (element.hidden) return;
      element.className = `indicator ${name}${quiet ? ' quiet' : ''}`;
      setText(label, words.length > 0 ? words.join(' · ') : text(`state.${view.status.state}`));
      if (name !== drawn) element.replaceChildren(icon((drawn = name)), label);
    },
  };
}

/** Whether the server can take a submission. */
export const isSendable = ({ state }: Status): boolean => state === 'online' || state === 'degraded';

interface Summary {
  name: IconName;
  words: string[];
  /** Nothing but a send under way: shown only when it takes long. */
  quiet: boolean;
}

function summary({ status, entries }: View, text: Text): Summary {
  const count = (state: EntrySummary['state']) => entries.filter((entry) => entry.state === state).length;
  const [waiting, sending, held] = [count('waiting'), count('sending'), count('held')];
  const isLost = !isSendable(status) && status.state !== 'unknown';
  const words: string[] = [];
  if (isLost) words.push(text(`state.${status.state}`));
  // A few words, not the whole account: the panel has that.
  if (held > 0) words.push(text('needs', { count: held }));
  else if (waiting > 0) words.push(text('waiting', { count: waiting + sending }));
  else if (sending > 0) words.push(text('sending'));
  const name =
    held > 0 ? 'error' : isLost ? 'offline' : waiting > 0 ? 'waiting' : sending > 0 ? 'sending' : 'success';
  return { name, words, quiet: !isLost && held + waiting === 0 && sending > 0 };
}

/** Asks for the database while it is away, or while something waits for it. */
export interface Watcher {
  /** Begins to ask, unless it does already. */
  wake(): void;
  /** Until the next question, in ms; 0 when it sleeps or asks. */
  nextIn(): number;
  stop(): void;
}

interface Deps {
  /** Asks, and does what waited; tells whether there is reason to ask again. */
  look: () => Promise<'again' | 'enough'>;
  /** Before the first question, in ms; doubled up to `most`. @default 250 */
  delay?: number;
  /** @default 5000 */
  most?: number;
}

type State = { kind: 'asleep' } | { kind: 'waiting'; timer: NodeJS.Timeout; at: number } | { kind: 'asking' };

export function createWatcher({ look, delay = 250, most = 5000 }: Deps): Watcher {
  let state: State | { kind: 'stopped' } = { kind: 'asleep' };

  const wait = (ms: number) => {
    // Several servers that lost one database do not come back to it at once.
    const jittered = ms * (0.75 + Math.random() / 4);
    const timer = setTimeout(() => void ask(ms), jittered);
    timer.unref();
    state = { kind: 'waiting', timer, at: Date.now() + jittered };
  };

  const ask = async (waited: number) => {
    state = { kind: 'asking' };
    const verdict = await look().catch(() => 'again' as const);
    if (state.kind !== 'asking') return;
    if (verdict === 'again') wait(Math.min(most, waited * 2));
    else state = { kind: 'asleep' };
  };

  return {
    wake() {
      if (state.kind === 'asleep') wait(delay);
    },
    nextIn: () => (state.kind === 'waiting' ? Math.max(0, state.at - Date.now()) : 0),
    stop() {
      if (state.kind === 'waiting') clearTimeout(state.timer);
      state = { kind: 'stopped' };
    },
  };
}

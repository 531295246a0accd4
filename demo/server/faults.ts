/** What a visitor can make the server do, and what it is called on the panel. */
export const FAULTS = {
  refuse: { title: 'Refuse connections', says: 'The port is closed, as if the server had been stopped.' },
  hang: { title: 'Hang', says: 'Requests are accepted and not answered until it is over.' },
  drop: { title: 'Drop the answer', says: 'POSTs are carried out, then the connection is cut.' },
  unavailable: { title: 'Answer 503', says: 'Every request is told to come back later.' },
  database: { title: 'Lose the database', says: 'Pages work, nothing can be stored.' },
  portal: { title: 'Captive portal', says: 'A hotel’s network answers everything with its own page.' },
} as const;

export type FaultKind = keyof typeof FAULTS;

/** The choices of the panel, in seconds. */
export const DURATIONS = [5, 10, 30, 60] as const;
export const MAX_SECONDS = 600;

export type FaultState = { kind: 'none' } | { kind: FaultKind; until: number };

/** What has to be done at the start and the end of a fault, beside what is asked of {@link Faults} by request. */
export type FaultActions = Partial<Record<FaultKind, { begin(): Promise<void>; end(): Promise<void> }>>;

export interface Faults {
  state(): FaultState;
  /** Whole seconds left, 0 without a fault. */
  secondsLeft(): number;
  /** Begins a fault, in the place of the one under way; resolves when it is in force. */
  begin(kind: FaultKind, seconds: number): Promise<void>;
  end(): Promise<void>;
  /** Resolves when the fault under way is over. */
  over(): Promise<void>;
}

export function isFaultKind(kind: unknown): kind is FaultKind {
  return typeof kind === 'string' && Object.hasOwn(FAULTS, kind);
}

/** One fault at a time, ended by its time or by hand. */
export function createFaults(actions: FaultActions): Faults {
  let state: FaultState = { kind: 'none' };
  let timer: NodeJS.Timeout | undefined;
  let queue: Promise<void> = Promise.resolve();
  let waiting: (() => void)[] = [];

  const inTurn = (work: () => Promise<void>) => (queue = queue.catch(() => {}).then(work));

  const finish = async () => {
    clearTimeout(timer);
    if (state.kind === 'none') return;
    await actions[state.kind]?.end();
    state = { kind: 'none' };
    for (const resume of waiting) resume();
    waiting = [];
  };

  const start = async (kind: FaultKind, seconds: number) => {
    await finish();
    state = { kind, until: Date.now() + seconds * 1000 };
    await actions[kind]?.begin();
    // Should ending fail, the fault stays in force and on show, and can be ended by hand.
    timer = setTimeout(() => void inTurn(finish).catch(() => {}), seconds * 1000);
  };

  return {
    state: () => state,
    secondsLeft: () =>
      state.kind === 'none' ? 0 : Math.max(1, Math.ceil((state.until - Date.now()) / 1000)),
    begin: (kind, seconds) => inTurn(() => start(kind, seconds)),
    end: () => inTurn(finish),
    over: () => (state.kind === 'none' ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

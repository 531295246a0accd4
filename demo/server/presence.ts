import { causeClass, DatabaseUnavailable } from './database-errors.js';

/** Whether the database is there, as far as is known; times in ms since 1970. */
export type PresenceState = { kind: 'here'; since: number } | { kind: 'away'; since: number; cause: string };

export interface Presence {
  state(): PresenceState;
  /** Passes on what `ask` does, and learns from it. */
  watch<T>(ask: () => Promise<T>): Promise<T>;
}

interface PresenceDeps {
  onLost: (cause: string, since: number) => void;
  onBack: (since: number, awayFor: number) => void;
}

/** Knows what the newest answer of the database says about it. */
export function createPresence({ onLost, onBack }: PresenceDeps): Presence {
  let state: PresenceState = { kind: 'here', since: Date.now() };

  const lost = (error: DatabaseUnavailable, asked: number) => {
    // A try that began before the database came back says nothing about now.
    if (state.kind === 'away' || asked < state.since) return;
    state = { kind: 'away', since: Date.now(), cause: causeClass(error) };
    onLost(state.cause, state.since);
  };

  const answered = () => {
    if (state.kind === 'here') return;
    const now = Date.now();
    const awayFor = now - state.since;
    state = { kind: 'here', since: now };
    onBack(now, awayFor);
  };

  return {
    state: () => state,
    async watch(ask) {
      const asked = Date.now();
      try {
        const answer = await ask();
        answered();
        return answer;
      } catch (error) {
        if (error instanceof DatabaseUnavailable) lost(error, asked);
        else answered();
        throw error;
      }
    },
  };
}

import type { Reading } from '../types.js';
import type { Probe } from './probe.js';

export interface AskerDeps {
  probe: Probe;
  /** `undefined`: nothing came of it. */
  onAnswer: (reading: Reading | undefined, returned: boolean) => void;
  now: () => number;
  signal: AbortSignal;
}

/** The probe under way, one at most. */
export interface Asker {
  /** When the probe under way was started, epoch milliseconds. */
  readonly since: number | undefined;
  /** Starts one; only while none is under way. */
  ask(returned: boolean): void;
  callOff(): void;
  /** Resolves when none is under way and the last answer has been taken in. Never rejects. */
  settled(): Promise<void>;
}

export function createAsker({ probe, onAnswer, now, signal }: AskerDeps): Asker {
  let current: { startedAt: number; controller: AbortController; done: Promise<void> } | undefined;

  async function run(controller: AbortController, returned: boolean): Promise<void> {
    try {
      const reading = await probe(AbortSignal.any([signal, controller.signal]));
      if (current?.controller !== controller) return;
      current = undefined;
      onAnswer(reading, returned);
    } catch (error) {
      reportError(error);
    }
  }

  const settled = async (): Promise<void> => {
    if (!current) return;
    await current.done;
    return settled();
  };

  return {
    get since() {
      return current?.startedAt;
    },
    ask(returned) {
      const controller = new AbortController();
      current = { startedAt: now(), controller, done: run(controller, returned) };
    },
    callOff() {
      current?.controller.abort();
      current = undefined;
    },
    settled,
  };
}

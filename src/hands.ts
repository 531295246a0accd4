import type { Late } from './compose.js';
import type { InterfaceDeps } from './interface.js';
import type { Outbox } from './outbox/contract.js';

export interface HandsDeps {
  outbox: Outbox;
  late: Late;
  /** Asks the server now. */
  check(): Promise<unknown>;
  /** Resolves when the list is as the store has it. */
  relist(): Promise<void>;
}

export interface Hands {
  send(id: string): Promise<void>;
  /** For good. */
  discard(id: string): Promise<void>;
  /** What the interface offers. */
  actions: InterfaceDeps['actions'];
}

/** What a person does with what waits, in the outbox and in the form that it came from. */
export function createHands({ outbox, late, check, relist }: HandsDeps): Hands {
  const send = async (id: string) => {
    await outbox.retry(id);
    await check();
    outbox.wake();
  };

  return {
    send,
    discard: async (id) => {
      const entry = (await outbox.list()).find((entry) => entry.id === id);
      await outbox.discard(id);
      await late.takeBack(id, entry?.draft?.key);
    },
    actions: {
      check: () => void check(),
      send: (id) => void send(id).catch(reportError),
      edit: late.edit,
      discard: async (id) => {
        const gone = await outbox.setAside(id);
        if (!gone) return 'gone';
        await late.takeBack(id, gone.entry.draft?.key).catch(reportError);
        return gone.inDoubt ? 'in-doubt' : 'discarded';
      },
      bringBack: async (id) => {
        const entry = await outbox.bringBack(id);
        if (entry) late.handOver(entry);
        // Listed again before its place in the panel is given up.
        await relist();
        return entry !== undefined;
      },
      forget: (ids) => void outbox.forget(ids).catch(reportError),
      exportFile: outbox.exportFile,
      undo: late.undo,
      resolve: late.resolve,
    },
  };
}

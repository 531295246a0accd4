/** Remembers that somebody called while nobody listened, so that no call is lost between two looks. */
export interface Bell {
  ring(): void;
  /** Whether it rang since this was asked last. */
  heard(): boolean;
  /** Resolves at the next ring, or at once after one that was not heard. */
  rung(): Promise<void>;
}

export function createBell(): Bell {
  let next = Promise.withResolvers<void>();
  let unheard = false;
  return {
    ring: () => {
      unheard = true;
      next.resolve();
    },
    heard: () => {
      const was = unheard;
      if (was) next = Promise.withResolvers<void>();
      unheard = false;
      return was;
    },
    rung: () => next.promise,
  };
}

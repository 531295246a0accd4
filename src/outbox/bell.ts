/** Remembers that somebody called while nobody listened, so that no call is lost between two looks. */
export interface Bell {
  ring(): void;
  /** Whether it rang since this was asked last. */
  heard(): boolean;
  /** Resolves at the next ring, or at once after one that was not heard. */
  rung(): Promise<void>;
}

export function createBell(): Bell {
  let resolve = (): void => {};
  const renew = () => new Promise<void>((resolver) => (resolve = resolver));
  let next = renew();
  let unheard = false;
  return {
    ring: () => {
      unheard = true;
      resolve();
    },
    heard: () => {
      const was = unheard;
      if (was) next = renew();
      unheard = false;
      return was;
    },
    rung: () => next,
  };
}

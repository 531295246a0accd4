const drainLock = 'resilient-forms:drain';

/** Held by a page while it makes this request itself, and the holder in its lease: who lets the lock go is gone. */
export const requestLock = (id: string): string => `resilient-forms:request:${id}`;
export const isRequestLock = (holder: string | undefined): boolean =>
  holder?.startsWith(requestLock('')) ?? false;

/** Names of the locks held in this browser. */
export async function heldLocks(): Promise<ReadonlySet<string | undefined>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name));
}

/** Whether holding the lock proves that no other drainer is alive; without Web Locks only leases keep drainers apart. */
export const locksExist = (): boolean => typeof navigator !== 'undefined' && 'locks' in navigator;

/** Runs the task as the only one of this site under this lock. Resolves without having run it when the signal aborts first. */
export async function underLock(
  task: () => Promise<void>,
  signal: AbortSignal,
  name = drainLock,
): Promise<void> {
  if (signal.aborted) return;
  if (!locksExist()) return task();
  try {
    await navigator.locks.request(name, { signal }, task);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

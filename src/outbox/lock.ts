const name = 'resilient-forms:drain';

/** Whether holding the lock proves that no other drainer is alive; without Web Locks only leases keep drainers apart. */
export const locksExist = (): boolean => typeof navigator !== 'undefined' && 'locks' in navigator;

/** Runs the task as the only drainer of this site. Resolves without having run it when the signal aborts first. */
export async function underLock(task: () => Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (!locksExist()) return task();
  try {
    await navigator.locks.request(name, { signal }, task);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

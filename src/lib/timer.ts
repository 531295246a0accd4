/** Longest delay handed to the platform: anything later is looked at again. `setTimeout` overflows after 24.8 days. */
const longest = 5 * 60_000;

export interface Timer {
  /** Runs `task` at this time (epoch milliseconds); replaces what was set before. */
  at(time: number): void;
  clear(): void;
}

/** One timer that can be set again and again, and ends with the signal. */
export function createTimer(task: () => void, signal: AbortSignal): Timer {
  let handle: ReturnType<typeof setTimeout> | undefined;
  const clear = () => {
    clearTimeout(handle);
    handle = undefined;
  };
  const at = (time: number) => {
    clear();
    if (signal.aborted) return;
    const wait = time - Date.now();
    handle = wait > longest ? setTimeout(() => at(time), longest) : setTimeout(task, Math.max(0, wait));
  };
  signal.addEventListener('abort', clear, { once: true });
  return { at, clear };
}

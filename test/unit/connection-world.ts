import { setMaxListeners } from 'node:events';
import { createConnection } from '../../src/connection/monitor.js';
import type { ConnectionDeps, ConnectionView } from '../../src/connection/connection.js';
import { createMemoryStore } from '../../src/storage/memory.js';
import type { Timer } from '../../src/lib/timer.js';

/** A clock that only tests move, with timers that follow it. */
export function createClock(start = Date.UTC(2026, 10, 23)) {
  let time = start;
  const timers = new Set<{ at: number; task: () => void }>();

  const timer = (task: () => void, signal: AbortSignal): Timer => {
    const entry = { at: 0, task };
    const clear = () => void timers.delete(entry);
    signal.addEventListener('abort', clear, { once: true });
    return {
      at(at) {
        if (signal.aborted) return;
        entry.at = at;
        timers.add(entry);
      },
      clear,
    };
  };

  /** Lets promises settle: nothing that the code under test awaits takes longer than these turns. */
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  async function advance(by: number): Promise<void> {
    const end = time + by;
    for (;;) {
      await settle();
      const next = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      timers.delete(next);
      time = Math.max(time, next.at);
      next.task();
    }
    time = end;
    await settle();
  }

  return {
    now: () => time,
    timer,
    settle,
    advance,
    /** The device sleeps: time passes, and no timer runs. */
    sleep: (by: number) => void (time += by),
    get timers() {
      return timers.size;
    },
  };
}

export type Answering = (url: URL, signal: AbortSignal) => Response | Promise<Response>;

export const json = (value: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });

export const refused = (): never => {
  throw new TypeError('Failed to fetch');
};

/** A connection in a page that is not there: its events, its clock and its server are the test's. */
export function createWorld(given: Partial<ConnectionDeps> & { visible?: boolean } = {}) {
  const { visible = true, ...deps } = given;
  const clock = createClock();
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const window = new EventTarget();
  const visibilityState: DocumentVisibilityState = visible ? 'visible' : 'hidden';
  const document = Object.assign(new EventTarget(), { visibilityState });
  const navigator = { onLine: true };
  const probes: { url: URL; at: number; init: RequestInit }[] = [];
  const told: ConnectionView[] = [];
  const warnings: string[] = [];
  const world = { answer: (() => json({ status: 'pass' })) as Answering };

  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    probes.push({ url, at: clock.now(), init });
    const response = await world.answer(url, init.signal!);
    // As over the network: a `Response` made by hand has no address.
    if (response.url === '') Object.defineProperty(response, 'url', { value: url.href });
    return response;
  };

  const start = (more: Partial<ConnectionDeps> = {}) =>
    createConnection({
      health: { url: '/health/', interval: 30_000, timeout: 5000, slow: 3000 },
      signIn: 'auto',
      store: createMemoryStore(),
      onChange: (view) => told.push(view),
      warn: (message) => warnings.push(message),
      signal: controller.signal,
      now: clock.now,
      random: () => 0.5,
      fetch,
      timer: clock.timer,
      page: { window, document, navigator },
      base: 'https://site.example/page/',
      isControlled: () => false,
      ...deps,
      ...more,
    });

  return Object.assign(world, {
    clock,
    window,
    document,
    navigator,
    probes,
    told,
    warnings,
    start,
    stop: () => controller.abort(),
    signal: controller.signal,
    states: () => told.map(({ state }) => state),
    fire: (target: EventTarget, name: string) => void target.dispatchEvent(new Event(name)),
    show(state: DocumentVisibilityState) {
      document.visibilityState = state;
      document.dispatchEvent(new Event('visibilitychange'));
    },
  });
}

import { createNanoEvents } from 'nanoevents';
import { dispatch, isConnected } from './lib/dom.js';
import type { EventMap } from './types.js';

export interface Events {
  /** Subscribes; returns the unsubscriber. */
  on<Name extends keyof EventMap>(name: Name, listener: EventMap[Name]): () => void;
  emit<Name extends keyof EventMap>(name: Name, payload: Parameters<EventMap[Name]>[0]): void;
}

/**
 * The instance's events, each mirrored as a bubbling DOM event `resilient:<name>` on its form, or on `document`.
 * A throwing listener is reported and stops nothing: nanoevents by itself would skip the listeners after it.
 */
export function createEvents(signal: AbortSignal): Events {
  const emitter = createNanoEvents<EventMap>();
  signal.addEventListener('abort', () => (emitter.events = {}), { once: true });

  return {
    on(name, listener) {
      const guarded = ((payload: never) => {
        try {
          (listener as (payload: unknown) => void)(payload);
        } catch (error) {
          reportError(error);
        }
      }) as EventMap[typeof name];
      return emitter.on(name, guarded);
    },
    emit(name, payload) {
      if (signal.aborted) return;
      emitter.emit(name, ...([payload] as unknown as Parameters<EventMap[typeof name]>));
      const form = 'form' in payload ? payload.form : null;
      const target = form && isConnected(form) ? form : document;
      dispatch(target, new CustomEvent(`resilient:${name}`, { bubbles: true, detail: payload }));
    },
  };
}

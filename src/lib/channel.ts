export interface Channel<Message> {
  /** To the other tabs of this site; never to this one. */
  post(message: Message): void;
}

/**
 * A channel between the tabs of a site, closed at `pagehide` and opened again when the page comes back: an open one can
 * keep a page out of the back/forward cache. What was said meanwhile is missed: `onReturn` is the time to look.
 */
export function createChannel<Message>(
  name: string,
  onMessage: (message: Message) => void,
  onReturn: () => void,
  signal: AbortSignal,
): Channel<Message> {
  let channel: BroadcastChannel | undefined;
  const open = () => {
    if (typeof BroadcastChannel !== 'function') return;
    channel = new BroadcastChannel(name);
    channel.addEventListener('message', (event: MessageEvent<Message>) => onMessage(event.data));
  };
  const close = () => {
    channel?.close();
    channel = undefined;
  };
  open();
  addEventListener('pagehide', close, { signal });
  addEventListener(
    'pageshow',
    (event) => {
      if (!event.persisted) return;
      close();
      open();
      onReturn();
    },
    { signal },
  );
  signal.addEventListener('abort', close, { once: true });

  return { post: (message) => channel?.postMessage(message) };
}

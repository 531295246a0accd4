/** From this size on a body goes out with its progress told, bytes. */
export const uploadSize = 262_144;
/** Text of an answer that is waited for, characters: what is looked at, and a little more. */
const readLimit = 1_048_577;
/** Longest wait for the rest of an answer whose head has come, milliseconds. */
const bodyPatience = 10_000;

/**
 * As `fetch`, with the progress of the body. `fetch` tells none: a stream as its body needs HTTP/2.
 *
 * @throws {TypeError} when no answer came; the signal's reason when it ended the request.
 */
export function upload(
  request: Request,
  body: Blob | string,
  onProgress: (sent: number, total: number) => void,
): Promise<Response> {
  const { url, headers, signal } = request;
  const xhr = new XMLHttpRequest();
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = new AbortController();
    const over = () => {
      end.abort();
      clearTimeout(timer);
    };
    /** Once the head came, it counts, however little of the text did. */
    const answered = (isCut: boolean) => {
      over();
      resolve(responseOf(xhr, head!, isCut, isRedirected(xhr, url, startedAt)));
    };
    let head: ReturnType<typeof headOf> | undefined;
    const listen = (name: string, run: () => void) => xhr.addEventListener(name, run, { signal: end.signal });

    xhr.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total), {
      signal: end.signal,
    });
    listen('readystatechange', () => {
      if (xhr.readyState !== XMLHttpRequest.HEADERS_RECEIVED) return;
      head = headOf(xhr);
      timer = setTimeout(stop, bodyPatience);
    });
    const stop = () => {
      answered(true);
      xhr.abort();
    };
    listen('progress', () => xhr.responseText.length >= readLimit && stop());
    listen('load', () => answered(false));
    listen('error', () => {
      if (head?.status) return answered(true);
      over();
      reject(new TypeError('Failed to fetch'));
    });
    signal.addEventListener(
      'abort',
      () => {
        over();
        reject(signal.reason as Error);
        xhr.abort();
      },
      { signal: end.signal },
    );
    if (signal.aborted) return reject(signal.reason as Error);
    xhr.open('POST', url);
    for (const [name, value] of headers) xhr.setRequestHeader(name, value);
    // A text would have its charset written into the type.
    xhr.send(new Blob([body]));
  });
}

/** Read when it comes: a body that breaks off takes the status back. */
const headOf = (xhr: XMLHttpRequest) => ({
  status: xhr.status,
  url: xhr.responseURL,
  lines: xhr.getAllResponseHeaders(),
});

/** A redirect back to the same address, as after "Save and continue", shows in the timing alone. */
function isRedirected(xhr: XMLHttpRequest, url: string, startedAt: number): boolean {
  const address = url.replace(/#.*$/, '');
  if (xhr.responseURL && xhr.responseURL !== address) return true;
  const timings = performance.getEntriesByName(address, 'resource') as PerformanceResourceTiming[];
  return timings.some((timing) => timing.startTime >= startedAt && timing.redirectStart > 0);
}

function responseOf(
  xhr: XMLHttpRequest,
  { status, url, lines }: ReturnType<typeof headOf>,
  isCut: boolean,
  redirected: boolean,
): Response {
  const headers = new Headers();
  for (const line of lines.trim().split('\r\n')) {
    const at = line.indexOf(':');
    if (at > 0) headers.append(line.slice(0, at), line.slice(at + 1).trim());
  }
  // As bytes: a text would bring a type of its own.
  const bytes = new TextEncoder().encode(xhr.responseText);
  const empty = status === 204 || status === 205 || status === 304;
  const body = isCut ? broken(bytes) : bytes;
  return dressed(new Response(empty ? null : body, { status, headers }), { url, redirected });
}

/** What came of a text that broke off, and then the break. */
const broken = (bytes: Uint8Array): ReadableStream =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
    },
    pull: (controller) => controller.error(new TypeError('network error')),
  });

/** A response that is made has no address; its copies are to have it too. */
function dressed(response: Response, seen: { url: string; redirected: boolean }): Response {
  return Object.defineProperties(response, {
    url: { value: seen.url },
    redirected: { value: seen.redirected },
    clone: { value: () => dressed(Response.prototype.clone.call(response), seen) },
  });
}

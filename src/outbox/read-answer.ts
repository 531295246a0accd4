import { retryAfter } from '../lib/retry-after.js';
import type { Answer } from './classify.js';

/** Text of an answer that is looked at, characters: enough for a sign-in page or a form. */
const readLimit = 1_048_576;
/** Longest wait for the rest of an answer whose head has come, milliseconds. */
const bodyPatience = 10_000;

/**
 * What of an answer is looked at. Never rejects.
 *
 * @param forCaller a good answer that is no page is its caller's alone: it may be a stream that never ends.
 */
export async function readAnswer(
  response: Response,
  hasProof: (key: string) => boolean,
  key: string,
  forCaller = false,
): Promise<Answer> {
  const contentType = response.headers.get('content-type') ?? '';
  const wanted = forCaller && response.ok ? /html/i : /^$|text|json|xml/i;
  const { text, cut } = await readText(response, wanted.test(contentType));
  const retryAt = retryAfter(response.headers.get('retry-after'), Date.now());
  return {
    status: response.status,
    url: response.url,
    redirected: response.redirected,
    contentType,
    html: text,
    cut,
    proof: hasProof(key),
    ...(retryAt !== undefined && { retryAt }),
  };
}

/** Reads what there is to read; a body that is cut or never ends does not change that the head came. */
async function readText(response: Response, wanted: boolean): Promise<{ text: string; cut: boolean }> {
  const reader = wanted ? response.body?.getReader() : undefined;
  if (!reader) return { text: '', cut: false };
  const decoder = new TextDecoder();
  let text = '';
  let cut = false;
  const timer = setTimeout(() => {
    cut = true;
    void reader.cancel().catch(() => undefined);
  }, bodyPatience);
  try {
    while (text.length < readLimit) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), cut };
      text += decoder.decode(value, { stream: true });
    }
    return { text, cut: true };
  } catch {
    return { text, cut: true };
  } finally {
    clearTimeout(timer);
    void reader.cancel().catch(() => undefined);
  }
}

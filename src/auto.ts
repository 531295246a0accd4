import { begin, start, type ResilientForms } from './start.js';
import type { Options } from './options.js';

/** The script-tag build: starts itself from its own tag. `window.ResilientForms` is this module's namespace. */
export { start };

/** What the tag started; absent when it could not. */
export let instance: ResilientForms | undefined;

/** Scalars only; the rest is given in the JSON block. Names as in the options table. */
const readers: Record<string, (value: string) => Options> = {
  'data-health': (value) => ({ health: value }),
  'data-owner': (value) => ({ owner: value }),
  'data-forms': (value) => ({ forms: value }),
  'data-delivery': (value) => ({ delivery: value as Exclude<Options['delivery'], undefined> }),
  'data-unknown': (value) => ({ unknown: value as Exclude<Options['unknown'], undefined> }),
  'data-drafts': (value) => ({ drafts: value as 'auto' }),
  'data-retry-limit': (value) => ({ retry: { limit: value.trim() === '' ? Number.NaN : Number(value) } }),
  'data-idempotency': (value) => ({ idempotency: switched('data-idempotency', value) }),
  'data-sign-in': (value) => ({ signIn: value }),
  'data-ui': (value) => ({
    ui: value.includes('-') ? { position: value as 'top-end' } : switched('data-ui', value),
  }),
  'data-debug': (value) => ({ debug: value === '' || value === 'true' }),
};

/** `false` turns it off; anything else the tag can say leaves it as it is. */
function switched(name: string, value: string) {
  if (value === 'false') return false;
  if (value === '' || value === 'true') return {};
  throw new TypeError(`resilient-forms: ${name}="${value}"; expected "true" or "false"`);
}

/** What other tools write on script tags is no option of ours; anything else unknown is a typing mistake. */
const foreign = /^data-(?:turbo|cf|pagespeed|astro|cookie|csp|nonce|no-)/;

function fromTag(tag: Element): Options {
  const options: Options = {};
  for (const { name, value } of tag.attributes) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read) Object.assign(options, read(value));
    else if (name.startsWith('data-') && !foreign.test(name)) {
      throw new TypeError(
        `resilient-forms: unknown attribute ${name} on the script tag; expected one of ${Object.keys(readers).join(', ')}`,
      );
    }
  }
  return options;
}

function fromBlock(): Options {
  const block = document.getElementById('resilient-forms-config');
  if (!block) return {};
  try {
    return JSON.parse(block.textContent ?? '') as Options;
  } catch (cause) {
    throw new TypeError('resilient-forms: #resilient-forms-config is not JSON', { cause });
  }
}

try {
  const tag = document.currentScript;
  instance = begin(tag ? [fromBlock(), fromTag(tag)] : [fromBlock()]);
} catch (error) {
  // Fail open: the page works on without us.
  // oxlint-disable-next-line no-console -- the console is where a developer looks
  console.error(error);
}

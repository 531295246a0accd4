import { escapeHtml } from './answers.js';

const IMPORTS = {
  'resilient-forms': '/dist/index.js',
  ky: '/node_modules/ky/distribution/index.js',
  'idb-keyval': '/node_modules/idb-keyval/dist/index.js',
  nanoevents: '/node_modules/nanoevents/index.js',
};

/**
 * The script tag as a site would write it; `data-…` of each option given.
 *
 * @example scriptTag({ owner: 'anna', health: '/health/' })
 */
export const scriptTag = (options: Record<string, string> = {}): string =>
  `<script src="/dist/resilient-forms.min.js" defer${attributes(
    Object.fromEntries(Object.entries(options).map(([name, value]) => [`data-${name}`, value])),
  )}></script>`;

/** For the head of a page that imports `resilient-forms` as a module: the bare names, mapped. */
export const esmHead = (): string =>
  `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

export interface FormMarkup {
  action?: string;
  /** Names of text controls; a control's id is `id_<name>`. */
  fields: string[];
  /** Attributes of the form as written. @default 'data-resilient' */
  attributes?: string;
  values?: Record<string, string>;
  /** By field. */
  errors?: Record<string, string>;
  /** Markup at the start of the form: the CSRF input. */
  hidden?: string;
  /** Markup in place of the one submit button. */
  buttons?: string;
}

/** A form as a server renders it, with what was posted and what was wrong with it. */
export function formMarkup(form: FormMarkup): string {
  const { action, fields, attributes: own = 'data-resilient', values = {}, errors = {} } = form;
  const rows = fields.map((name) => {
    const error = errors[name] === undefined ? '' : `<p class="error">${escapeHtml(errors[name])}</p>`;
    const input = `<input id="id_${name}"${attributes({ name, value: values[name] ?? '' })}>`;
    return `${error}<p><label for="id_${name}">${name}</label> ${input}</p>`;
  });
  return `<form method="post"${action === undefined ? '' : attributes({ action })} ${own}>${form.hidden ?? ''}
${rows.join('\n')}
${form.buttons ?? '<button type="submit">Save</button>'}
</form>`;
}

const attributes = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeHtml(value)}"`)
    .join('');

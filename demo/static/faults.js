// @ts-check
// The fault panel without leaving the page. Without this script its form opens the controls in their own tab.

/** @typedef {{ kind: string, title: string, secondsLeft: number }} FaultState */

const forms = [...document.forms].filter((form) => form.closest('[data-faults]'));
const lamp = document.querySelector('[data-faults-lamp]');
const left = document.querySelector('[data-faults-left]');
const says = document.querySelector('[data-faults-says]');

/** @type {ReturnType<typeof setInterval> | undefined} */
let countdown;
let shown = 'none';

for (const form of forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const url = event.submitter?.getAttribute('formaction') ?? form.action;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    void ask(url, { method: 'POST', body });
  });
}

const [panel] = forms;
if (panel) {
  const look = () => document.visibilityState === 'visible' && void ask(panel.action);
  document.addEventListener('visibilitychange', look);
  addEventListener('pageshow', look);
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 */
async function ask(url, init) {
  try {
    const response = await fetch(url, { ...init, headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`the controls answered ${response.status}`);
    show(await response.json());
  } catch {
    clearInterval(countdown);
    paint(
      'stopped',
      'the demo is not running',
      init ? 'The controls cannot be reached: is the demo running?' : '',
    );
  }
}

/** @param {FaultState} state */
function show({ kind, title, secondsLeft }) {
  clearInterval(countdown);
  const changed = kind !== shown;
  const over = shown === 'none' || shown === 'stopped' ? '' : 'The server works again.';
  if (kind === 'none') return paint(kind, '', over);
  const end = Date.now() + secondsLeft * 1000;
  const tick = () => {
    const seconds = Math.ceil((end - Date.now()) / 1000);
    if (seconds > 0) return paint(kind, `${title}, ${seconds} s`);
    clearInterval(countdown);
    if (panel) void ask(panel.action);
  };
  tick();
  if (changed && says) says.textContent = `${title}, for ${secondsLeft} seconds.`;
  countdown = setInterval(tick, 1000);
}

/**
 * @param {string} kind
 * @param {string} text shown beside the lamp
 * @param {string} [announcement] said once
 */
function paint(kind, text, announcement) {
  shown = kind;
  lamp?.classList.toggle('broken', kind !== 'none');
  if (left) left.textContent = text;
  if (announcement && says) says.textContent = announcement;
}

/**
 * The look. Surfaces are the system's own colours, so that a page's `color-scheme` and forced colours hold by themselves;
 * everything named `--resilient-…` can be set by the page. Logical properties throughout: right to left mirrors.
 */
const css = `
:host {
  all: initial !important;
  position: fixed !important;
  inset-block: auto var(--resilient-gap, 16px) !important;
  inset-inline: auto var(--resilient-gap, 16px) !important;
  z-index: var(--resilient-layer, 2147483000) !important;
  display: flex !important;
  flex-direction: column-reverse !important;
  align-items: flex-end !important;
  gap: 10px !important;
  inline-size: min(400px, 100vw - 2 * var(--resilient-gap, 16px)) !important;
  max-block-size: calc(100dvh - 2 * var(--resilient-gap, 16px)) !important;
  overflow: visible !important;
  margin: 0 !important;
  padding: 0 !important;
  border: 0 !important;
  background: none !important;
  pointer-events: none !important;
  color-scheme: inherit !important;
  font: medium/1.45 var(--resilient-font, system-ui, sans-serif) !important;
  --surface: var(--resilient-surface, color-mix(in srgb, Canvas, #fff 8%));
  --ink: var(--resilient-text, CanvasText);
  --soft: color-mix(in srgb, var(--ink) 68%, var(--surface));
  --line: color-mix(in srgb, var(--ink) 16%, var(--surface));
  --wash: color-mix(in srgb, var(--ink) 7%, var(--surface));
  --info: var(--resilient-info, #2f74e0);
  --success: var(--resilient-success, #1a8a4c);
  --error: var(--resilient-error, #d1433b);
  --warning: var(--resilient-warning, #b96a0a);
  --radius: var(--resilient-radius, 12px);
}
:host([data-position$="start"]) {
  inset-inline: var(--resilient-gap, 16px) auto !important;
  align-items: flex-start !important;
}
:host([data-position^="top"]) {
  inset-block: var(--resilient-gap, 16px) auto !important;
  flex-direction: column !important;
}
[hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; padding: 0; }
p, h2, bdi, span { unicode-bidi: plaintext; text-align: -webkit-match-parent; text-align: match-parent; overflow-wrap: anywhere; }
ul { list-style: none; }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { flex: none; inline-size: 20px; block-size: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

.indicator, .panel, .toast {
  color: var(--ink);
  background: var(--surface);
  border: 1px solid var(--line);
  box-shadow: 0 1px 2px #00000014, 0 3px 9px #0000001f;
  pointer-events: auto;
  font-size: .9em;
}
.messages {
  flex: 0 1 auto;
  min-block-size: 0;
  inline-size: calc(100% + 24px);
  margin: -12px;
  padding: 12px;
  overflow: auto;
  overscroll-behavior: contain;
}
.toasts { display: flex; flex-direction: column; gap: 10px; inline-size: 100%; }
.toast {
  display: flex;
  gap: 12px;
  align-items: flex-start;
  padding: 14px;
  border-radius: var(--radius);
  animation: rise .22s cubic-bezier(.2, .8, .3, 1);
}
.toast > .icon { color: var(--info); }
.success > .icon { color: var(--success); }
.error > .icon { color: var(--error); }
.body { flex: 1; min-inline-size: 0; }
.text { font-weight: 600; }
.detail { margin-block-start: 2px; color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin-block-start: 8px; align-items: center; }

button, .link {
  font: inherit;
  color: inherit;
  cursor: pointer;
}
.primary, .secondary, .plain, .danger {
  min-block-size: 32px;
  padding: 4px 12px;
  font-weight: 600;
  border: 1px solid transparent;
  border-radius: calc(var(--radius) * .6);
}
.primary { color: var(--surface); background: var(--ink); }
.secondary { background: none; border-color: color-mix(in srgb, var(--ink) 28%, var(--surface)); }
.plain { background: none; }
.secondary:hover, .plain:hover, .close:hover, .indicator:hover { background: var(--wash); }
.primary:hover { background: color-mix(in srgb, var(--ink) 84%, var(--surface)); }
.danger { color: #fff; background: #b3261e; }
.danger:hover { background: #93201a; }
[aria-disabled] { opacity: .55; cursor: default; }
.link { padding-block: 2px; font-weight: 600; text-underline-offset: 3px; }
.close {
  flex: none;
  display: grid;
  place-items: center;
  inline-size: 28px;
  block-size: 28px;
  margin: -4px;
  margin-inline-end: -6px;
  color: var(--soft);
  background: none;
  border: 0;
  border-radius: 8px;
}
.close .icon { inline-size: 18px; block-size: 18px; }
:focus-visible { outline: 2px solid var(--info); outline-offset: 2px; }
.panel:focus { outline: none; }

.indicator {
  flex: none;
  display: inline-flex;
  gap: 8px;
  align-items: center;
  max-inline-size: 100%;
  min-block-size: 40px;
  padding-block: 8px;
  padding-inline: 12px 16px;
  font-weight: 600;
  text-align: start;
  border-radius: 20px;
}
.indicator .icon { color: var(--info); }
.indicator[data-tone="error"] .icon, .indicator[data-tone="offline"] .icon { color: var(--warning); }
.indicator[data-tone="success"] .icon { color: var(--success); }
.quiet { animation: appear .2s .8s both; }

.panel {
  flex: 0 1 auto;
  min-block-size: 140px;
  inline-size: 100%;
  max-block-size: 60vh;
  overflow: auto;
  overscroll-behavior: contain;
  scroll-padding-block: 52px 16px;
  border-radius: var(--radius);
}
header { position: sticky; inset-block-start: 0; background: var(--surface); display: flex; align-items: center; justify-content: space-between; padding: 12px 16px; }
h2 { font-size: 1em; font-weight: 650; }
.connection { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 0 16px 14px; }
.title { font-weight: 600; }
.meta, .state { color: var(--soft); }
.note { margin: 0 16px 12px; padding: 8px 12px; background: var(--wash); border-radius: 8px; }
.panel > .meta { padding: 0 16px 16px; }
.row { padding: 14px 16px; border-block-start: 1px solid var(--line); }
.head { display: flex; flex-wrap: wrap; gap: 0 8px; justify-content: space-between; }
.state { margin-block-start: 2px; }

@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
@keyframes appear { from { opacity: 0; } }
@media (prefers-reduced-motion: reduce) { .toast { animation: none; } }
@media (forced-colors: active) { .primary, .danger { color: ButtonText; background: ButtonFace; border-color: ButtonText; } .icon { stroke: CanvasText; } .meta, .state, .detail { color: CanvasText; } }
@media print { :host { display: none !important; } }
`;

/** A constructed sheet: no `style` element or attribute, so that `style-src` of a strict policy has nothing to forbid. */
export function sheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

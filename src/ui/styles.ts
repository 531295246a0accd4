/**
 * The look. Surfaces are the system's own colours, so that a page's `color-scheme` and forced colours hold by themselves;
 * everything named `--resilient-…` can be set by the page. Logical properties throughout: right to left mirrors.
 */
const css = `
:host{all:initial!important;position:fixed!important;inset-block:auto var(--resilient-gap,16px)!important;inset-inline:auto var(--resilient-gap,16px)!important;z-index:var(--resilient-layer,2147483000)!important;display:flex!important;flex-direction:column-reverse!important;align-items:flex-end!important;gap:10px!important;inline-size:min(400px,100vw - 2*var(--resilient-gap,16px))!important;max-block-size:calc(100dvh - 2*var(--resilient-gap,16px))!important;pointer-events:none!important;color-scheme:inherit!important;font:medium/1.45 var(--resilient-font,system-ui,sans-serif)!important;
--b:var(--resilient-surface,color-mix(in srgb,Canvas,#fff 8%));--f:var(--resilient-text,CanvasText);--r:var(--resilient-radius,12px);--i:var(--resilient-info,#2f74e0);--s:color-mix(in srgb,var(--f) 68%,var(--b));--w:color-mix(in srgb,var(--f) 7%,var(--b));--l:color-mix(in srgb,var(--f) 16%,var(--b))}
:host([data-position$=start]){inset-inline:var(--resilient-gap,16px) auto!important;align-items:flex-start!important}
:host([data-position^=top]){inset-block:var(--resilient-gap,16px) auto!important;flex-direction:column!important}
[hidden]{display:none!important}
*{box-sizing:border-box;margin:0;padding:0}
p,h2,h3,bdi,span{unicode-bidi:plaintext;text-align:-webkit-match-parent;text-align:match-parent;overflow-wrap:anywhere}
ul{list-style:none}
.unseen{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
svg{flex:none;inline-size:20px;block-size:20px;fill:none;stroke:var(--i);stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.success>svg{stroke:var(--resilient-success,#1a8a4c)}
.error>svg{stroke:var(--resilient-error,#d1433b)}
.offline>svg,.indicator.error>svg{stroke:var(--resilient-warning,#b96a0a)}
.indicator,.panel,.toast{color:var(--f);background:var(--b);border:1px solid var(--l);box-shadow:0 1px 2px #00000014,0 3px 9px #0000001f;pointer-events:auto;font-size:.9em;border-radius:var(--r)}
.messages,.panel{overflow:auto;overscroll-behavior:contain}
.messages{min-block-size:0;inline-size:calc(100% + 24px);margin:-12px;padding:12px}
.toasts{display:grid;gap:10px}
.toast{display:flex;gap:12px;padding:14px;animation:rise .22s}
.body{flex:1;min-inline-size:0}
.detail,.state{margin-block-start:2px}
.text,.title,h2,h3,summary,button,a{font-weight:600}
.detail,.state,.meta{color:var(--s)}
.actions{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:8px;align-items:center}
button,a{font:inherit;font-weight:600;color:inherit;cursor:pointer;background:none;border:1px solid #0000;border-radius:calc(var(--r)*.6)}
a{text-underline-offset:3px}
.primary,.secondary,.plain,.danger{min-block-size:32px;padding:4px 12px}
.primary{color:var(--b);background:var(--f)}
.secondary{border-color:color-mix(in srgb,var(--f) 28%,var(--b))}
.danger{color:#fff;background:#b3261e}
.secondary:hover,.plain:hover,.close:hover,.indicator:hover{background:var(--w)}
.primary:hover,.danger:hover{opacity:.85}
[aria-disabled]{opacity:.55;cursor:default}
.close{flex:none;display:grid;place-items:center;inline-size:28px;block-size:28px;margin:-4px;margin-inline-end:-6px}
.close svg{inline-size:18px;stroke:var(--s)}
:focus-visible{outline:2px solid var(--i);outline-offset:2px}
.panel:focus{outline:none}
.indicator{flex:none;display:flex;gap:8px;align-items:center;max-inline-size:100%;min-block-size:40px;padding:8px 12px;text-align:start;border-radius:20px}
.quiet{animation:appear .2s .8s both}
.panel{flex:none;inline-size:100%;max-block-size:60vh;scroll-padding-block:52px 16px}
header{position:sticky;inset-block-start:0;z-index:1;background:var(--b);display:flex;gap:8px;align-items:center;padding:12px 16px}
h2,h3{font-size:1em}
h2{flex:1}
header .plain{margin-block:-4px}
h3{padding:12px 16px 0}
.received{border-block-start:1px solid var(--l)}
.past .row{border:0}
.past .row+.row{border-block-start:1px solid var(--l)}
.connection{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;padding:0 16px 14px}
.note{margin:0 16px 12px;padding:8px 12px;background:var(--w);border-radius:8px}
.panel>.meta{padding:0 16px 16px}
.row{padding:14px 16px;border-block-start:1px solid var(--l)}
.upload{inline-size:100%;margin-block-start:8px}
.answer,.row>.link{margin-block-start:6px}
summary{cursor:pointer}
.said{margin-block-start:4px;padding-inline-start:10px;border-inline-start:2px solid var(--l);white-space:pre-line}
.row>.link{display:inline-block}
.row .actions{gap:8px 4px}
.row button{padding-inline:9px}
.head{display:flex;flex-wrap:wrap;gap:0 8px;justify-content:space-between}
@keyframes rise{from{opacity:0;transform:translateY(8px)}}
@keyframes appear{from{opacity:0}}
@media (prefers-reduced-motion:reduce){.toast{animation:none}}
@media (forced-colors:active){.primary,.danger{color:ButtonText;background:ButtonFace;border-color:ButtonText}svg{stroke:CanvasText!important}.meta,.state,.detail{color:CanvasText}}
@media print{:host{display:none!important}}
`;

/** A constructed sheet: no `style` element or attribute, so that `style-src` of a strict policy has nothing to forbid. */
export function sheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}

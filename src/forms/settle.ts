import type { DraftRef } from '../types.js';
import { gatherEvidence } from './evidence.js';
import { clearMarker, getMarker, setMarker, type Marker } from './marker.js';
import { settlementOf, type Settlement } from './verdict.js';

export interface SettleDeps {
  owner: string;
  signIn: string;
  /** A form of this name on this page. */
  formNamed(name: string): HTMLFormElement | undefined;
  outbox: { settle(id: string, verdict: Settlement): Promise<void>; discard(id: string): Promise<void> };
  /** A submission of which only the draft was stored was acknowledged. */
  clearDraft(ref: DraftRef): Promise<void>;
  /** The server gave proof for a key: it de-duplicates. */
  onProof(): void;
  /** The form came back with the server's complaints, at whatever address; `home` is its own page. Said at once. */
  onShown(form: HTMLFormElement, home: string): void;
  signal: AbortSignal;
}

export interface Settle {
  /** Settles what this tab's last page sent. Resolves when drafts may be looked at. */
  settle(restored?: boolean): Promise<void>;
  /**
   * The browser is sending: what happens to this page says what comes of it. `stayed`: it lives on after so many
   * milliseconds, so the answer was no page, or takes longer.
   */
  watch(id: string, stayed: () => void, lease: number): void;
}

/** Learns, on the page that follows, what became of a submission that the browser made by itself. */
export function createSettle(deps: SettleDeps): Settle {
  const watched = new Map<string, AbortController>();

  const judge = (marker: Marker, restored: boolean): Settlement => {
    const seen = gatherEvidence(marker, {
      signIn: deps.signIn,
      hasForm: ({ form }) => deps.formNamed(form) !== undefined,
      restored,
    });
    if (seen.proof) deps.onProof();
    return settlementOf(marker, seen);
  };

  const carryOut = async (marker: Marker, settlement: Settlement): Promise<void> => {
    const form = settlement === 'shown' ? deps.formNamed(marker.form) : undefined;
    if (form) deps.onShown(form, marker.home ?? marker.page);
    if (marker.entry) await deps.outbox.settle(marker.id, settlement);
    else if (settlement === 'acknowledged') {
      if (marker.draft) await deps.clearDraft(marker.draft);
      if (marker.corrects) await deps.outbox.discard(marker.corrects);
    }
  };

  return {
    settle: async (restored = false) => {
      const marker = getMarker();
      if (!marker) return;
      const settlement = marker.settlement ?? judge(marker, restored);
      // What nobody sent from a sign-in form is over when somebody is signed in; its draft names a person.
      if (marker.owner !== deps.owner && (marker.entry || settlement !== 'acknowledged')) {
        // Another owner's entry is for its own to settle; that the server wanted a sign-in is seen only here.
        return settlement === 'sign-in' ? setMarker({ ...marker, settlement }) : undefined;
      }
      // The person may be gone again before the storage is through.
      setMarker({ ...marker, settlement });
      await carryOut(marker, settlement);
      if (getMarker()?.id === marker.id) clearMarker();
    },
    watch: (id, stayed, lease) => {
      // The same one sent again.
      watched.get(id)?.abort();
      const gone = new AbortController();
      watched.set(id, gone);
      const signal = AbortSignal.any([deps.signal, gone.signal]);
      const timer = setTimeout(stayed, lease);
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      addEventListener('pagehide', () => gone.abort(), { signal });
      onNavigate(() => {
        const marker = getMarker();
        if (marker?.id === id) setMarker({ ...marker, superseded: true });
      }, signal);
    },
  };
}

/** Another navigation to a document begins from this page. Chromium says so; elsewhere the referrer has to do. */
function onNavigate(run: () => void, signal: AbortSignal): void {
  const { navigation } = window as { navigation?: EventTarget };
  const listener = (event: Event) => {
    const { hashChange, formData, downloadRequest } = event as Event & {
      hashChange?: boolean;
      formData?: FormData | null;
      downloadRequest?: string | null;
    };
    if (!hashChange && !formData && downloadRequest == null) run();
  };
  // Ours is announced in this very turn.
  setTimeout(() => navigation?.addEventListener('navigate', listener, { signal }));
}

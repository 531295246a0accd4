import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { html, htmlPage, redirect } from './answers.js';
import type { Answer, SeenRequest } from './types.js';

/**
 * What goes wrong with a request that arrived.
 * - `hang`: accepted, never answered
 * - `reset-head`, `reset-body`: the connection is reset (RST) once the head, or the body, arrived; no effect
 * - `cut`: handled; the answer's head and half of its body are sent, then the connection ends
 * - `commit-then-drop`: handled, the effect made; then the connection is reset instead of an answer
 * - `portal`: a captive portal's page, 200 text/html; no effect
 * - `redirect`: sent elsewhere, as by a portal on another origin; no effect
 * - `status`: that status without an effect
 * - `delay`: handled as usual after so many milliseconds
 */
export type Fault =
  | 'hang'
  | 'reset-head'
  | 'reset-body'
  | 'cut'
  | 'commit-then-drop'
  | 'portal'
  | { redirect: string }
  | { status: number; headers?: Record<string, string>; body?: string }
  | { delay: number };

/** Which requests a fault hits; all of them when empty. */
export interface FaultScope {
  method?: string;
  path?: string | RegExp;
  when?: (request: SeenRequest) => boolean;
  /** How many requests; the next one is spared. @default Infinity */
  times?: number;
}

/** Holds requests back until the test lets them go on: a delay that ends by an event, not by a clock. */
export interface Gate {
  /** Requests that came to the gate, gone on or not. */
  readonly reached: number;
  /** Lets those waiting, and all later ones, through. */
  release(): void;
}

interface Held {
  /** `request`: before anything is done with it; `answer`: after its effect, before its answer. */
  at: 'request' | 'answer';
  pass: () => Promise<void>;
}

interface Rule {
  fault: Fault | Held;
  scope: FaultScope;
  left: number;
}

/** What happens to one request: first the waits, then at most one fault. */
export interface Fate {
  fault?: Exclude<Fault, { delay: number }>;
  beforeHandling(): Promise<void>;
  beforeAnswer(): Promise<void>;
}

/** The faults that are set, in the order of setting. */
export function createFaults(changed: () => void, signal: AbortSignal) {
  let rules: Rule[] = [];

  function add(fault: Fault, scope: FaultScope = {}): void {
    rules.push({ fault, scope, left: scope.times ?? Infinity });
  }

  function hold(scope: FaultScope = {}, at: Held['at'] = 'request'): Gate {
    let reached = 0;
    const { promise, resolve } = withResolvers();
    const pass = () => {
      reached += 1;
      changed();
      return promise;
    };
    rules.push({ fault: { at, pass }, scope, left: scope.times ?? Infinity });
    return {
      get reached() {
        return reached;
      },
      release: resolve,
    };
  }

  function fateOf(request: SeenRequest): Fate {
    const before: Array<() => Promise<unknown>> = [];
    const after: Array<() => Promise<unknown>> = [];
    const fate: Fate = { beforeHandling: () => inTurn(before), beforeAnswer: () => inTurn(after) };
    for (const rule of rules) {
      if (rule.left <= 0 || !isInScope(rule.scope, request)) continue;
      rule.left -= 1;
      const { fault } = rule;
      if (typeof fault === 'object' && 'pass' in fault) {
        (fault.at === 'request' ? before : after).push(fault.pass);
      } else if (typeof fault === 'object' && 'delay' in fault) {
        before.push(() => wait(fault.delay, undefined, { signal }));
      } else {
        fate.fault = fault;
        break;
      }
    }
    return fate;
  }

  return { add, hold, fateOf, clear: () => void (rules = []) };
}

/** The answer of a fault that answers by itself. */
export function answerOf(fault: Fate['fault']): Answer | undefined {
  if (fault === 'portal') return html(htmlPage({ title: 'Wi-Fi', body: '<h1>Welcome to the Wi-Fi</h1>' }));
  if (typeof fault !== 'object') return undefined;
  return 'redirect' in fault ? redirect(fault.redirect, 302) : fault;
}

/** Ends the connection with RST, so that the browser cannot take it for an orderly end. */
export function reset(incoming: IncomingMessage): void {
  incoming.socket.resetAndDestroy();
}

/** Sends the head and half of the body, and the connection is gone. */
export function cut(response: ServerResponse, answer: Answer): void {
  const whole = answer.status < 300 && answer.body ? answer : html(htmlPage({ body: '<p>A page.</p>' }));
  const body = Buffer.from(whole.body ?? '');
  response.writeHead(whole.status, { ...whole.headers, 'content-length': body.length });
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
}

function isInScope({ method, path, when }: FaultScope, request: SeenRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (typeof path === 'string' && path !== request.path) return false;
  if (path instanceof RegExp && !path.test(request.path)) return false;
  return when?.(request) ?? true;
}

async function inTurn(steps: Array<() => Promise<unknown>>): Promise<void> {
  for (const step of steps) await step();
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

import type { FastifyBaseLogger } from 'fastify';
import { causeClass } from './database-errors.js';

interface Deps {
  /** Each deletes what is over, and tells how much that was. */
  sweeps: Record<string, () => Promise<number>>;
  log: FastifyBaseLogger;
  /** In ms. @default an hour */
  every?: number;
}

/** Deletes what has expired, now and from time to time; returns what stops it. */
export function startSweeping({ sweeps, log, every = 60 * 60_000 }: Deps): () => void {
  const sweepAll = async () => {
    for (const [what, sweep] of Object.entries(sweeps)) {
      try {
        const count = await sweep();
        if (count > 0) log.info({ what, count }, 'expired');
      } catch (error) {
        // The next time will do.
        log.warn({ what, cause: causeClass(error) }, 'cannot sweep');
      }
    }
  };
  void sweepAll();
  const timer = setInterval(() => void sweepAll(), every);
  timer.unref();
  return () => clearInterval(timer);
}

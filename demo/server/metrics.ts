import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Connection } from './connection.js';
import type { Database } from './database.js';

export type IdempotencyOutcome =
  'new' | 'replayed' | 'running' | 'mismatch' | 'rejected' | 'malformed' | 'none';

/** What is counted; no label holds an id, an owner or anything that was typed. */
export interface Metrics {
  registry: Registry;
  databaseRetries: Counter;
  breakerOpens: Counter;
  degradedReads: Counter;
  idempotency: Counter<'outcome'>;
}

/** A registry of its own: several demos may run in one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    registry,
    databaseRetries: counter('database_retries_total', 'Operations tried again.'),
    breakerOpens: counter('circuit_breaker_opens_total', 'How often the circuit breaker opened.'),
    degradedReads: counter('degraded_reads_total', 'Pages shown from the last good answer.'),
    idempotency: counter('idempotency_total', 'Submissions by what became of their key.', ['outcome']),
  };
}

interface GaugeDeps {
  connection: Connection;
  database: Database;
}

/** The states of the moment, read when they are asked for. */
export function measureStates({ registry }: Metrics, { connection, database }: GaugeDeps): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const states = { closed: 0, 'half-open': 1, open: 2 };
  gauge('circuit_breaker_state', '0 closed, 1 half-open, 2 open.', () => states[connection.breaker.state()]);
  gauge('database_up', '1 when the database answered last.', () =>
    Number(connection.presence().kind === 'here'),
  );
  gauge('parked_operations', 'Operations that wait for the database.', () => connection.parked.count());
  gauge('database_connections', 'Open connections.', () => database.numbers().total);
  gauge('database_connections_idle', 'Those of them that nobody uses.', () => database.numbers().idle);
  gauge('database_waiting', 'Operations that wait for a connection.', () => database.numbers().waiting);
}

/** `GET /metrics`, and the requests themselves, by route. */
export function metricsRoutes(app: FastifyInstance, { registry }: Metrics): void {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.01, 0.05, 0.2, 1, 5, 20],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const labels = { route, method: request.method, status: reply.statusCode };
    seconds.observe(labels, reply.elapsedTime / 1000);
  });
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics()),
  );
}

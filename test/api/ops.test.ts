import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gauge } from 'prom-client';
import { createApiMetrics } from '../../src/api/metrics.ts';
import { createOps, type ReadinessCheck } from '../../src/api/ops.ts';
import { createTestLogger } from '../support/api/gateway.ts';

function up(name: string, required = true): ReadinessCheck {
  return {
    name,
    required,
    check: async () => undefined,
  };
}
function down(name: string, required = true): ReadinessCheck {
  return {
    name,
    required,
    check: async () => Promise.reject(new Error('refused')),
  };
}

const BUNDLE = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

function ops(...checks: ReadinessCheck[]) {
  return createOps({
    registry: createApiMetrics().registry,
    checks,
    logger: createTestLogger().logger,
    bundle: BUNDLE,
    checkTimeoutMs: 20,
  });
}

test('a process that answers is healthy, even without its dependencies', async () => {
  const response = await ops(down('inventory')).inject('/healthz');
  assert.equal(response.statusCode, 200);
  assert.deepEqual(response.json(), { status: 'ok' });
});

test('the gateway is ready when the inventory is reachable, even without Temporal', async () => {
  const response = await ops(up('inventory'), down('temporal', false)).inject('/readyz');
  assert.equal(response.statusCode, 200);
  assert.deepEqual(response.json(), { status: 'ready', checks: { inventory: 'up', temporal: 'down' } });
});

test('the gateway is not ready without the inventory', async () => {
  const response = await ops(down('inventory'), up('temporal', false)).inject('/readyz');
  assert.equal(response.statusCode, 503);
  assert.deepEqual(response.json(), { status: 'not ready', checks: { inventory: 'down', temporal: 'up' } });
});

test('a check that never settles, or throws at once, counts as failed', async () => {
  const silent = { name: 'silent', required: false, check: () => new Promise(() => undefined) };
  const broken = {
    name: 'broken',
    required: false,
    check: () => {
      throw new Error('no');
    },
  };
  const response = await ops(silent, broken).inject('/readyz');
  assert.deepEqual(response.json().checks, { silent: 'down', broken: 'down' });
});

test('the metrics endpoint shows metrics that other parts have registered', async () => {
  const { registry } = createApiMetrics();
  new Gauge({ name: 'cornac_outbox_pending', help: 'x', registers: [registry] }).set(3);
  const app = createOps({ registry, checks: [], logger: createTestLogger().logger, bundle: BUNDLE });
  const response = await app.inject('/metrics');
  assert.match(String(response.headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(response.payload, /cornac_outbox_pending 3/);
  assert.match(response.payload, /# TYPE cornac_api_requests_total counter/);
});

test('the certificates that clients trust are there for curl, also while nothing else is', async () => {
  const response = await ops(down('inventory')).inject('/ca.pem');
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['content-type'], 'application/x-pem-file');
  assert.equal(response.body, BUNDLE);
});

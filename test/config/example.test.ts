import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'smol-toml';
import { loadConfig } from '../../src/config/load.ts';
import { redactConfig } from '../../src/config/redact.ts';
import { settings } from '../../src/config/settings.ts';
import { toSettings } from '../../src/config/to-settings.ts';

const example = readFileSync(new URL('../../cornac.example.toml', import.meta.url), 'utf8');
const cwd = mkdtempSync(join(tmpdir(), 'cornac-example-'));
after(() => rmSync(cwd, { recursive: true }));
const env = { CORNAC_STATE_DIR: '/var/lib/cornac' };

function load(content: string) {
  writeFileSync(join(cwd, 'cornac.toml'), content);
  return loadConfig({ cwd, env });
}

test('the unchanged example is the default configuration', () => {
  assert.deepEqual(redactConfig(load(example)), redactConfig(load('')));
});

test('the example explains every option', () => {
  const explained = [...example.matchAll(/^(?:# )?\[?([A-Z_]+)(?: = .*|\])$/gm)].map((match) => match[1]);
  assert.deepEqual(explained.sort(), Object.keys(settings).sort());
});

test('the defaults in the example are the defaults', () => {
  const shown = example.replace(/^# ([A-Z_]+ = )/gm, '$1');
  const { iaas, network, regions, listen, opsListen, logLevel, machineOrigin, machinePrefix, temporal } =
    load(shown.replace(/^(TEMPORAL_(API_KEY|TLS)|DEPLOY_KEY).*$/gm, ''));
  const defaults = load('');
  assert.deepEqual(
    { iaas, network, regions, listen, opsListen, logLevel, machineOrigin, machinePrefix, ui: temporal.ui },
    {
      iaas: defaults.iaas,
      network: defaults.network,
      regions: defaults.regions,
      listen: defaults.listen,
      opsListen: defaults.opsListen,
      logLevel: defaults.logLevel,
      machineOrigin: defaults.machineOrigin,
      machinePrefix: defaults.machinePrefix,
      ui: defaults.temporal.ui,
    },
  );
});

test('the output of `cornac config` makes the same configuration again', () => {
  const config = load(
    [
      'IAAS = ["vcenter+https://user@sso.local@host/", "local"]',
      'REGION = ["local", "eu-west-1"]',
      'LISTEN = "[::1]:80"',
      'TEMPORAL_TLS_CA = "/ca.pem"',
      'DNS_DOMAIN = "virt"',
      'INVENTORY_NETWORK = "apart"',
      'ISOLATE_MACHINES = false',
      'LOCAL_NETWORK = "127.7.0.0/16"',
    ].join('\n'),
  );
  assert.deepEqual(redactConfig(load(stringify(toSettings(config)))), redactConfig(config));
});

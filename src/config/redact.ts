import { inspect } from 'node:util';
import type { Config } from './config.ts';

const HIDDEN = '****';

/**
 * A URL with hidden passwords. The user of a vCenter may contain an @ (`user@sso.local:secret@host`), so the
 * password is the text between the first colon and the last @. libpq accepts a further password as a
 * parameter.
 */
export function redactUrl(url: string): string {
  return url
    .replace(/(:\/\/[^:/]*:).*@/s, `$1${HIDDEN}@`)
    .replace(/([?&]\w*password=)[^&]*/gi, `$1${HIDDEN}`);
}

/** A configuration that may be shown: plain data with hidden secrets. */
export function redactConfig(config: Config): Config {
  const { toJSON, [inspect.custom]: custom, ...plain } = config as Config & Partial<Guard>;
  return {
    ...plain,
    iaas: config.iaas.map(redactUrl),
    credentials: Object.fromEntries(Object.keys(config.credentials).map((id) => [id, HIDDEN])),
    databaseUrl: config.databaseUrl && redactUrl(config.databaseUrl),
    temporal: { ...config.temporal, apiKey: config.temporal.apiKey && HIDDEN },
  };
}

interface Guard {
  toJSON(this: Config): Config;
  [inspect.custom](this: Config): Config;
}

/** Makes `JSON.stringify`, loggers and `util.inspect` see `redactConfig(config)`, also in spread copies. */
export function guardConfig(config: Config): Config {
  const guard: Guard = {
    toJSON() {
      return redactConfig(this);
    },
    [inspect.custom]() {
      return redactConfig(this);
    },
  };
  return { ...config, ...guard };
}

import type { Config } from '../config/config.ts';
import { openChecker } from '../machines/checker.ts';
import type { CheckResult } from '../providers/provider.ts';
import { checkInventory } from './inventory.ts';
import { checkKeys } from './keys.ts';
import { checkTemporal } from './temporal.ts';

/**
 * All checks that can run before the first create.
 * @throws ConfigError, ProviderError for unreadable settings
 */
export async function* checkAll(config: Config): AsyncIterable<CheckResult> {
  const checker = await openChecker(config);
  try {
    yield* await checkKeys(config);
    yield* await checkInventory(config);
    yield* await checkTemporal(config);
    yield* checker.check();
  } finally {
    await checker.close();
  }
}

import type { EventRef } from '../activities/inventory.ts';

/** Tells people what could not be done as they asked. */
export const note = (detail: string): EventRef => ({ id: 'CORNAC-EVENT-NOTE', detail });

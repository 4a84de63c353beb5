import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import type pg from 'pg';

/** The part of the global of this name that this file needs, because its types belong to browsers. */
interface WebAssembly {
  instantiate(
    program: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
}
const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssembly;

/**
 * Prisma's schema engine, which `prisma migrate` runs as a program. As a module it comes with npm, and needs no
 * download from elsewhere.
 */
export async function openSchemaEngine(pool: pg.Pool): Promise<engine.SchemaEngine> {
  const program = createRequire(import.meta.url)
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const { instance } = await webAssembly.instantiate(await readFile(program), {
    './schema_engine_bg.js': { ...engine },
  });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return engine.SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(new PrismaPg(pool)),
  );
}

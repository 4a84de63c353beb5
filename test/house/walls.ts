import type { Import } from './imports.ts';

/** What the files of a folder may import beside one another. */
export interface Room {
  /** Folders without the rooms inside them, or single files, from the root. */
  readonly from: readonly string[];
  /** The same for `import type`. */
  readonly types?: readonly string[];
  /** Packages with all their subpaths; `node:*` is every module of Node. */
  readonly packages: readonly string[];
}

export type Rooms = Readonly<Record<string, Room>>;

/** The room of a file: the innermost folder of the table that contains it. */
export function roomOf(file: string, rooms: Rooms): string | undefined {
  const around = Object.keys(rooms).filter((path) => file.startsWith(`${path}/`));
  return around.sort((a, b) => b.length - a.length)[0];
}

/** Imports that the table does not allow, one line each with the file, the import and the rule. */
export function findForbidden(imports: readonly Import[], rooms: Rooms): string[] {
  return imports.flatMap((each) => {
    const room = roomOf(each.file, rooms);
    if (room === undefined) return [`${each.at}: its folder is not in the table`];
    if (each.specifier === undefined) return [`${each.at}: an import that is computed cannot be judged`];
    const rule = rooms[room] as Room;
    if (allowedBy(each, room, rule, rooms) !== undefined) return [];
    const { from, types = [], packages } = rule;
    const parts = [...from, ...types.map((path) => `types of ${path}`), ...packages];
    return [`${each.at}: imports ${each.specifier}; ${room} may import ${parts.join(', ') || 'nothing'}`];
  });
}

/** Entries of the table that no import needs. */
export function findUnused(imports: readonly Import[], rooms: Rooms): string[] {
  const used = new Set(
    imports.map((each) => {
      const room = roomOf(each.file, rooms);
      return room && `${room}: ${allowedBy(each, room, rooms[room] as Room, rooms)}`;
    }),
  );
  return Object.entries(rooms).flatMap(([room, { from, types = [], packages }]) =>
    [...from, ...types, ...packages].map((entry) => `${room}: ${entry}`).filter((entry) => !used.has(entry)),
  );
}

/** The entry that allows an import; the room itself for an import inside it. */
function allowedBy(
  { specifier, target, isType }: Import,
  room: string,
  { from, types = [], packages }: Room,
  rooms: Rooms,
): string | undefined {
  if (target === undefined) return packages.find((name) => isPartOf(specifier ?? '', name));
  const other = roomOf(target, rooms);
  if (other === room) return room;
  return [...from, ...(isType ? types : [])].find((path) => path === target || path === other);
}

function isPartOf(specifier: string, name: string): boolean {
  if (name === 'node:*') return specifier.startsWith('node:');
  return specifier === name || specifier.startsWith(`${name}/`);
}

/**
 * Circles among the folders directly below `src`. For each closing arrow: the arrows of its circle, with an
 * import each.
 */
export function findCycles(imports: readonly Import[]): string[] {
  const arrows = readArrows(imports);
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (path: readonly string[]): void => {
    const folder = path.at(-1) ?? '';
    for (const to of [...(arrows.get(folder)?.keys() ?? [])].sort()) {
      const begin = path.indexOf(to);
      if (begin >= 0) cycles.push(describeCycle([...path.slice(begin), to], arrows));
      else if (!done.has(to)) walk([...path, to]);
    }
    done.add(folder);
  };
  for (const from of [...arrows.keys()].sort()) {
    if (!done.has(from)) walk([from]);
  }
  return cycles;
}

type Arrows = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** From each folder to the folders that it imports, with the place of the first such import. */
function readArrows(imports: readonly Import[]): Arrows {
  const arrows = new Map<string, Map<string, string>>();
  for (const { file, target, at } of imports) {
    const [from, to] = [topOf(file), topOf(target)];
    if (from === undefined || to === undefined || from === to) continue;
    const known = arrows.get(from) ?? new Map<string, string>();
    arrows.set(from, known.set(to, known.get(to) ?? at));
  }
  return arrows;
}

function describeCycle(folders: readonly string[], arrows: Arrows): string {
  const steps = folders.slice(1).map((to, index) => {
    const from = folders[index] ?? '';
    return `${from} -> ${to} (${arrows.get(from)?.get(to)})`;
  });
  return steps.join(', ');
}

function topOf(path: string | undefined): string | undefined {
  return path && /^src\/([^/]+)\//.exec(path)?.[1];
}

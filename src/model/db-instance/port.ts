export const DEFAULT_PORT = 5432;

/** Whether an instance may listen on the port: DBPortNumber of API_ModifyDBInstance. */
export function isInstancePort(port: number): boolean {
  return Number.isInteger(port) && port >= 1150 && port <= 65535;
}

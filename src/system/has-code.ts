/** Whether an error has this `code`: of a system call, of PostgreSQL (SQLSTATE), of gRPC or of Prisma. */
export function hasCode(error: unknown, code: string | number): boolean {
  return error instanceof Object && 'code' in error && error.code === code;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether the inventory would take the text for the id of an operation; for any other it has an error. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

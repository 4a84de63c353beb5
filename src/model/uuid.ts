const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether the text can be the id of an operation. The inventory rejects any other text with an error. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

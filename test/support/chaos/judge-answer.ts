function isXml(type: string | undefined, body: string): boolean {
  return /^text\/xml\b/.test(type ?? '') && /^\s*<[\s\S]*>\s*$/.test(body);
}

/** The fault of an HTTP answer of the API: a 5xx other than 503, or not XML. Undefined for a right answer. */
export function judgeAnswer(status: number, type: string | undefined, body: string): string | undefined {
  if (status >= 500 && status !== 503) return `status ${status}: ${body.slice(0, 300)}`;
  return isXml(type, body) ? undefined : `status ${status}, ${type}, not XML: ${body.slice(0, 300)}`;
}

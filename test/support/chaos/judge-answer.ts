function isXml(type: string | undefined, body: string): boolean {
  return /^text\/xml\b/.test(type ?? '') && /^\s*<[\s\S]*>\s*$/.test(body);
}

/** What is wrong with an HTTP answer of the API, if anything: 5xx but 503, or not XML. */
export function judgeAnswer(status: number, type: string | undefined, body: string): string | undefined {
  if (status >= 500 && status !== 503) return `status ${status}: ${body.slice(0, 300)}`;
  return isXml(type, body) ? undefined : `status ${status}, ${type}, not XML: ${body.slice(0, 300)}`;
}

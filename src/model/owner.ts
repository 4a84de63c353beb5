/** The account and the regions of Cornac's resources, as one request sees them. */
export interface Owner {
  /**
   * The region that the request was signed for. Cornac has one set of resources, and each region shows all of
   * it as its own, because a client expects the region that it works in.
   */
  readonly region: string;
  /** All regions that Cornac accepts, in signatures and in ARNs. */
  readonly regions: readonly string[];
  readonly accountId: string;
}

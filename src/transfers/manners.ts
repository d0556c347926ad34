/** What a partner's server bears and what it does not: asked of the endpoint, whatever the protocol. */
export interface Manners {
  /** Look at a copy once it was sent; without it nothing is proven (unless the server itself compared). */
  readonly statAfterUpload: boolean;
  /** Set the time of last change, where that is wanted. */
  readonly setTimes: boolean;
  /** List folders; without it files are fetched by name only. */
  readonly list: boolean;
  /** A copy that is gone when we look at it was taken at once by the partner, which is fine. */
  readonly goneAfterUploadOk: boolean;
}

export const DEFAULT_MANNERS: Manners = {
  statAfterUpload: true,
  setTimes: true,
  list: true,
  goneAfterUploadOk: false,
};

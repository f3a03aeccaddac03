/** Limits of the requests to one provider, as its configuration has them. */
export interface ProviderLimits {
  /** Reads at the same time. */
  readonly requests: number;
  readonly downloads: number;
  readonly commands: number;
  /** Requests of each kind that may wait for their turn. */
  readonly queue: number;
  readonly timeoutSeconds: number;
  readonly cacheSeconds: number;
}

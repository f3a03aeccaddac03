/** What the schema calls a product and its types. */
export interface ProductNames {
  /** As in a configuration file; in capitals it is the value of `ProviderKind`. */
  readonly kind: string;
  /** What the product is, for people. */
  readonly description: string;
  /** Names of the product's types. */
  readonly backupType: string;
  readonly entityType: string;
}

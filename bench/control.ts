/** How the driver asks the upstream what it was asked. */

export const takePath = '/control/take';

/** Since the last look. */
export interface Control {
  /** Lists of backups. */
  readonly lists: number;
  /** Logins, connections and other requests that are no list of backups. */
  readonly others: number;
  /** The first of the lists, as they were asked. */
  readonly paths: readonly string[];
}

export async function takeControl(upstream: string): Promise<Control> {
  const response = await fetch(upstream + takePath);
  return (await response.json()) as Control;
}

/** Settings that a reload may change. */

/** An object with the properties that `current` has at each use. Destructuring it keeps a value of that moment. */
export const live = <Settings extends object>(current: () => Settings): Settings =>
  new Proxy({} as Settings, { get: (_, key) => Reflect.get(current(), key) as unknown });

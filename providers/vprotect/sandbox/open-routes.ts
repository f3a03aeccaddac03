/** What can be called without a session. */

/** Answered without a session. */
export const openRoutes: ReadonlySet<string> = new Set([
  'POST /api/session/login',
  'POST /api/session/login-with-token',
]);

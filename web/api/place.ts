/** Where the gateway is: scripts lie at `BASE/ui/assets/NAME.js`, whatever the base path is. */
const folder = new URL(import.meta.env.DEV ? '/ui/' : '../', import.meta.url);

/** Path of the dashboard, such as `/backplane/ui`. */
export const dashboardPath = folder.pathname.replace(/\/$/, '');

/** A URL of the gateway. */
export const urlOf = (path: string): string => new URL(`..${path}`, folder).href;

/** What `storage.url` says. */

export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

/** The name of a database for people: the path of a file, or the URL without its password. */
export function labelOf(url: string): string {
  if (!isPostgresUrl(url)) return url.replace(/^file:(\/\/(?=\/))?/, '');
  const { protocol, username, host, pathname } = new URL(url);
  return `${protocol}//${username === '' ? '' : `${username}@`}${host}${pathname}`;
}

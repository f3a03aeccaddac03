/** Restricts every call to one project of vProtect, as the vendor's own OpenStack extension does. */
import type { ReadOptions, Upstream } from '../../src/upstream/contract.ts';

/** `project`: its GUID; undefined for no restriction. */
export function withProject(upstream: Upstream, project: string | undefined): Upstream {
  if (project === undefined) return upstream;
  const own = { 'project-uuid': project };
  const narrowed = <T>(options: ReadOptions<T>): ReadOptions<T> => ({
    ...options,
    query: { ...options.query, ...own },
  });
  const search = new URLSearchParams(own).toString();
  const narrowPath = (path: string): string => `${path}?${search}`;
  return {
    ...upstream,
    read: (path, options, signal) => upstream.read(path, narrowed(options), signal),
    readWithHeaders: (path, options, signal) => upstream.readWithHeaders(path, narrowed(options), signal),
    command: (path, options, signal) => upstream.command(narrowPath(path), options, signal),
  };
}

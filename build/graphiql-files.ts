/** Takes the editor that the package of GraphiQL has built, as files: the page loads a worker only when it needs one. */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HtmlTagDescriptor, Plugin } from 'vite';

interface Editor {
  readonly js: string;
  readonly css: string;
  readonly editorWorkerService: string;
  readonly graphqlWorker: string;
  readonly jsonWorker: string;
}

export const graphiqlFolder = dirname(dirname(createRequire(import.meta.url).resolve('@graphql-yoga/render-graphiql')));

/** For the page at this path. */
export function graphiqlFiles(page: string): Plugin {
  const files = new Map<string, string>();

  /** Returns the path of the file, which contains a hash. */
  function keep(name: string, type: 'js' | 'css', source: string): string {
    const hash = createHash('sha256').update(source).digest('base64url').slice(0, 8);
    const file = `assets/graphiql-${name}-${hash}.${type}`;
    files.set(file, source);
    return `./${file}`;
  }

  return {
    name: 'graphiql-files',
    apply: 'build',
    async transformIndexHtml(_html, { path }): Promise<HtmlTagDescriptor[]> {
      if (path !== page) return [];
      const editor = (await import(pathToFileURL(join(graphiqlFolder, 'esm/graphiql.js')).href)) as Editor;
      // After the names that the editor gives them. No browser loads a link of this kind.
      const workers = {
        editorWorkerService: keep('worker', 'js', editor.editorWorkerService),
        graphql: keep('graphql-worker', 'js', editor.graphqlWorker),
        json: keep('json-worker', 'js', editor.jsonWorker),
      };
      return [
        {
          tag: 'link',
          attrs: { rel: 'stylesheet', href: keep('editor', 'css', editor.css) },
          injectTo: 'head-prepend',
        },
        { tag: 'script', attrs: { defer: true, src: keep('editor', 'js', editor.js) }, injectTo: 'head-prepend' },
        ...Object.entries(workers).map(([name, href]) => ({
          tag: 'link',
          attrs: { rel: 'worker', 'data-worker': name, href },
          injectTo: 'head' as const,
        })),
      ];
    },
    generateBundle: {
      order: 'post',
      handler() {
        for (const [fileName, source] of files) this.emitFile({ type: 'asset', fileName, source });
      },
    },
  };
}

/** The parts of a sandbox server that are the same for all products. */
import type { SandboxRequest } from './contract.ts';
import { type SandboxRoutes, type ServeOptions, serveRoutes } from './http.ts';

export abstract class SandboxServer {
  url = '';
  requests: SandboxRequest[] = [];
  #stop = async (): Promise<void> => {};

  protected async serve(routes: SandboxRoutes, options: ServeOptions): Promise<void> {
    const { url, requests, close } = await serveRoutes(routes, options);
    this.url = url;
    this.requests = requests;
    this.#stop = close;
  }

  close(): Promise<void> {
    const stop = this.#stop;
    this.#stop = async () => {};
    return stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The scripts of the runs of a sandbox: one for each run to come, then the usual one. */
export class Scripts<Script extends object> {
  readonly #next: Script[] = [];
  #usual: Script;

  constructor(usual: Script) {
    this.#usual = usual;
  }

  /** Sets how the next run behaves that is started; several calls line up. */
  add(script: Script): void {
    this.#next.push(script);
  }

  /** Sets how all runs behave for which nothing was added. */
  setUsual(script: Script): void {
    this.#usual = script;
  }

  take(): Script {
    return this.#next.shift() ?? this.#usual;
  }
}

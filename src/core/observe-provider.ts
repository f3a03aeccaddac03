/** Reports each call of an adapter to the observer, and traces it. */
import { observer } from './observer.ts';
import type { Provider } from './provider.ts';
import { decorateProvider, methodKinds } from './provider-methods.ts';
import { traced } from './tracing.ts';

export function observeProvider(provider: Provider): Provider {
  const { name } = provider;
  return decorateProvider(provider, (method, call) => async (...args) => {
    const kind = methodKinds[method] === 'command' ? 'command' : 'read';
    const startedAt = performance.now();
    const report = (isSuccess: boolean) =>
      observer()?.providerCall({ provider: name, kind, isSuccess }, (performance.now() - startedAt) / 1000);
    try {
      const answer = await traced(
        { name: `${name} ${method}`, attributes: { 'backplane.provider': name, 'backplane.call': method } },
        () => call(...args),
      );
      report(true);
      return answer;
    } catch (error) {
      report(false);
      throw error;
    }
  });
}

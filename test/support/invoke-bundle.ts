import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';

/** The process of `run-bundle.ts`: takes one message, invokes the handler, reports which modules were loaded for it. */
const Message = v.object({ handler: v.string(), event: v.unknown(), milliseconds: v.number() });
const HandlerModule = v.object({
  handler: v.custom<(event: unknown, context: unknown) => Promise<unknown>>(
    (value) => typeof value === 'function',
  ),
});

process.once('message', (message) => void invoke(v.parse(Message, message)));

async function invoke({ handler: file, event, milliseconds }: v.InferOutput<typeof Message>): Promise<void> {
  const modules: string[] = [];
  const hooks = registerHooks({
    load: (url, context, nextLoad) => {
      modules.push(url.replace(/^.*\/dist\//, ''));
      return nextLoad(url, context);
    },
  });
  const end = Date.now() + milliseconds;
  const context = {
    functionName: 'EnforceNameTag',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:EnforceNameTag',
    memoryLimitInMB: '256',
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  try {
    const loaded: unknown = await import(pathToFileURL(file).href);
    const result = await v.parse(HandlerModule, loaded).handler(event, context);
    report({ modules, result });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    report({ modules, error: { name: error.name, message: error.message, stack: error.stack ?? '' } });
  }
  hooks.deregister();
}

function report(message: object): void {
  process.send?.(message, () => process.disconnect());
}

import { builtinModules, registerHooks } from 'node:module';
import path from 'node:path';
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
  const files: string[] = [];
  registerHooks({
    load: (url, context, nextLoad) => {
      if (url.startsWith('file:')) files.push(url);
      return nextLoad(url, context);
    },
  });
  const before = builtinsLoaded();
  const modules = (): string[] => [
    ...files.map((url) => path.basename(url)),
    ...builtinsLoaded().filter((name) => !before.includes(name)),
  ];
  const end = Date.now() + milliseconds;
  const context = {
    functionName: 'EnforceNameTag',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:EnforceNameTag',
    memoryLimitInMB: '256',
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  try {
    const loaded: unknown = await import(pathToFileURL(file).href);
    const result = await v.parse(HandlerModule, loaded).handler(event, context);
    report({ modules: modules(), result });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    report({
      modules: modules(),
      error: { name: error.name, message: error.message, stack: error.stack ?? '' },
    });
  }
}

/** Public modules of Node.js that this process has loaded so far, whoever asked for them; `node:` is left out. */
function builtinsLoaded(): string[] {
  const loaded = v.parse(v.array(v.string()), Reflect.get(process, 'moduleLoadList'));
  return loaded
    .map((entry) => entry.replace(/^NativeModule /, ''))
    .filter((name) => builtinModules.includes(name));
}

function report(message: object): void {
  process.send?.(message, () => process.disconnect());
}

/*
 * A Lambda runtime in plain Node, and the leanest there can be, so that what is measured is the function: loads the
 * bundle that is named on the command line, asks the Runtime API for events, over the one connection that
 * AWS's own runtime client keeps as well, and tells it the answers. The event `"usage"` is its own: it answers what the
 * process has used.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const { readFileSync } = process.getBuiltinModule('fs');
const { Agent, request } = process.getBuiltinModule('http');

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [host = '', port = ''] = (process.env['AWS_LAMBDA_RUNTIME_API'] ?? '').split(':');

/** @type {unknown} */
const bundle = await import(String(process.argv[2]));
if (!hasHandler(bundle)) throw new Error(`Expected ${process.argv[2]} to export a handler.`);
const { handler } = bundle;
for (;;) {
  const { headers, body } = await call('GET', 'next');
  const id = String(headers['lambda-runtime-aws-request-id']);
  try {
    await call('POST', `${id}/response`, JSON.stringify((await answer(body, headers)) ?? null));
  } catch (error) {
    await call('POST', `${id}/error`, JSON.stringify(String(error)));
  }
}

/**
 * @param {string} body
 * @param {import('node:http').IncomingHttpHeaders} headers
 */
async function answer(body, headers) {
  /** @type {unknown} */
  const event = JSON.parse(body);
  if (event === 'usage') return usage();
  return handler(event, {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
  });
}

/**
 * @param {unknown} loaded
 * @returns {loaded is { handler: (event: unknown, context: object) => unknown }}
 */
function hasHandler(loaded) {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'handler' in loaded &&
    typeof loaded.handler === 'function'
  );
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakKb: peakKb() };
}

/** Of this program alone: `maxRSS` of Linux counts the program that started it as well. */
function peakKb() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}

/**
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {string} [body]
 * @returns {Promise<{ headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
async function call(method, path, body) {
  return new Promise((done, failed) => {
    const options = { agent, host, port, method, path: `/2018-06-01/runtime/invocation/${path}` };
    const sent = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (/** @type {string} */ part) => (text += part));
      response.on('end', () => done({ headers: response.headers, body: text }));
    });
    sent.on('error', failed);
    sent.end(body);
  });
}

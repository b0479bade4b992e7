/*
 * A Lambda runtime in plain Node, as lean as can be, since the benchmark measures a function's start with it: loads the
 * bundle that is named on the command line, asks the Runtime API for events, over one connection that is kept, as AWS's own
 * runtime client does, and tells it the answers. The event `"usage"` is the benchmark's: it asks what the process has used.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const { Agent, request } = process.getBuiltinModule('http');

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const [host = '', port = ''] = (process.env['AWS_LAMBDA_RUNTIME_API'] ?? '').split(':');

const handler = await load(String(process.argv[2]));
for (;;) {
  const { headers, body } = await call('GET', 'invocation/next');
  const id = String(headers['lambda-runtime-aws-request-id']);
  try {
    await call('POST', `invocation/${id}/response`, JSON.stringify((await answer(body, headers)) ?? null));
  } catch (error) {
    await call('POST', `invocation/${id}/error`, failure(error));
  }
}

/**
 * @param {string} file
 * @returns {Promise<(event: unknown, context: object) => unknown>}
 */
async function load(file) {
  try {
    /** @type {unknown} */
    const bundle = await import(file);
    if (hasHandler(bundle)) return bundle.handler;
    throw new Error(`Expected ${file} to export a handler.`);
  } catch (error) {
    await call('POST', 'init/error', failure(error));
    process.exit(1);
  }
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

/** @param {unknown} error */
function failure(error) {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  return JSON.stringify({ errorType: name, errorMessage: message });
}

function usage() {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, peakKb: peakKb() };
}

/** Of this program alone: `maxRSS` of Linux counts the program that started it as well. */
function peakKb() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  const status = process.getBuiltinModule('fs').readFileSync('/proc/self/status', 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]);
}

/**
 * @param {'GET' | 'POST'} method
 * @param {string} path
 * @param {string} [body]
 * @returns {Promise<{ headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
async function call(method, path, body) {
  return new Promise((done, failed) => {
    const options = { agent, host, port, method, path: `/2018-06-01/runtime/${path}` };
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

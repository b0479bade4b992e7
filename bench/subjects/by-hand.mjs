/*
 * What the least would be: the log line, the metrics, and for a nameless instance the two signed calls, written by hand
 * with no library at all. It checks nothing, tries nothing again and is no way to do it; it shows how much of the
 * enforcer's time is the libraries'.
 */
const { writeSync } = process.getBuiltinModule('fs');

/** @param {{ detail: { requestParameters: { tagSpecificationSet?: object }, responseElements: { instancesSet: { items: { instanceId: string }[] } } } }} event */
export async function handler({ detail }) {
  const instanceIds = detail.responseElements.instancesSet.items.map(({ instanceId }) => instanceId);
  const named = detail.requestParameters.tagSpecificationSet !== undefined;
  if (!named) {
    await callEc2('DescribeInstances', 'Filter.1.Name=instance-id', 'Filter.1.Value', instanceIds);
    await callEc2('TerminateInstances', '', 'InstanceId', instanceIds);
  }
  const outcome = named ? 'spared' : 'terminated';
  const lines = instanceIds.map((instanceId) =>
    JSON.stringify({ level: 'INFO', timestamp: new Date().toISOString(), instanceId, outcome }),
  );
  const metrics = JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        { Namespace: 'ByHand', Dimensions: [[]], Metrics: [{ Name: outcome, Unit: 'Count' }] },
      ],
    },
    [outcome]: instanceIds.length,
  });
  writeSync(1, `${lines.join('\n')}\n${metrics}\n`);
  return { instanceIds, outcome };
}

/** @type {import('node:http').Agent | undefined} */
let agent;

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param {string} action
 * @param {string} parameters
 * @param {string} list
 * @param {string[]} instanceIds
 * @returns {Promise<string>}
 */
async function callEc2(action, parameters, list, instanceIds) {
  const http = process.getBuiltinModule('http');
  // TLS is loaded as for EC2 itself, and by the SDK.
  process.getBuiltinModule('https');
  agent ??= new http.Agent({ keepAlive: true });
  const { host, hostname, port } = new URL(process.env['AWS_ENDPOINT_URL_EC2'] ?? '');
  const ids = instanceIds.map((id, index) => `${list}.${index + 1}=${id}`).join('&');
  const body = `Action=${action}&Version=2016-11-15&${parameters}&${ids}`;
  return new Promise((done, failed) => {
    const headers = signed(host, body);
    const request = http.request({ agent, hostname, port, method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (/** @type {string} */ part) => (text += part));
      response.on('end', () => done(text));
    });
    request.on('error', failed);
    request.end(body);
  });
}

/**
 * @param {string} host
 * @param {string} body
 */
function signed(host, body) {
  const { createHash, createHmac } = process.getBuiltinModule('crypto');
  const sha256 = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');
  const hmac = (/** @type {string | Buffer} */ key, /** @type {string} */ text) =>
    createHmac('sha256', key).update(text).digest();
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const type = 'application/x-www-form-urlencoded';
  const names = 'content-type;host;x-amz-date';
  const request = `POST\n/\n\ncontent-type:${type}\nhost:${host}\nx-amz-date:${time}\n\n${names}\n${sha256(body)}`;
  const parts = [time.slice(0, 8), process.env['AWS_REGION'] ?? '', 'ec2', 'aws4_request'];
  const key = parts.reduce(hmac, `AWS4${process.env['AWS_SECRET_ACCESS_KEY']}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${parts.join('/')}\n${sha256(request)}`);
  return {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-amz-date': time,
    authorization:
      `AWS4-HMAC-SHA256 Credential=${process.env['AWS_ACCESS_KEY_ID']}/${parts.join('/')}, ` +
      `SignedHeaders=${names}, Signature=${signature.toString('hex')}`,
  };
}

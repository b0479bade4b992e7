/** EC2 refused a call that was to prepare something. */
export class Ec2QueryError extends Error {
  override readonly name = 'Ec2QueryError';
}

/**
 * Makes one call of EC2's Query API, unsigned: for the embedded endpoint alone.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html
 *
 * @returns the answer's XML
 * @throws Ec2QueryError with EC2's answer, unless the error of that code was expected
 */
export async function queryEc2(
  url: string,
  parameters: Readonly<Record<string, string>>,
  expectedError?: string,
): Promise<string> {
  const body = new URLSearchParams({ Version: '2016-11-15', ...parameters });
  const response = await fetch(url, { method: 'POST', body });
  const answer = await response.text();
  if (response.ok || (expectedError !== undefined && answer.includes(`<Code>${expectedError}</Code>`)))
    return answer;
  throw new Ec2QueryError(
    `Expected EC2 to do ${parameters['Action']}, got status ${response.status}: ${answer}`,
  );
}

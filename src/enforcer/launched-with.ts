/** What a launch can be made with, as far as its event shows it. */
export const launchTools = ['console', 'command-line', 'terraform', 'sdk', 'service', 'unknown'] as const;
export type LaunchedWith = (typeof launchTools)[number];

/** What an event shows of how its call was made. */
interface CallTraits {
  readonly invokedBy: string | undefined;
  readonly userAgent: string | undefined;
  /** CloudTrail's `sessionCredentialFromConsole`, the text `true` for a session of the console. */
  readonly fromConsole: string | undefined;
}

/**
 * Tells what a launch was made with. A guess for people, so nothing is decided by it: anybody can send any user agent.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function launchedWith({ invokedBy, userAgent = '', fromConsole }: CallTraits): LaunchedWith {
  // For some people in the console it is `signin.amazonaws.com`.
  if (invokedBy !== undefined && !invokedBy.startsWith('signin.')) return 'service';
  // Some of AWS's own programs write it in brackets.
  const agent = userAgent.startsWith('[') ? userAgent.slice(1) : userAgent;
  // Before the console: its CloudShell has the command line, with the console's credentials.
  if (agent.startsWith('aws-cli/') || agent.includes('AWSPowerShell')) return 'command-line';
  const lowerCase = agent.toLowerCase();
  if (lowerCase.includes('terraform') || lowerCase.includes('opentofu')) return 'terraform';
  if (fromConsole === 'true' || invokedBy !== undefined || isConsole(agent)) return 'console';
  return agent.startsWith('Boto') || agent.includes('aws-sdk') ? 'sdk' : 'unknown';
}

/** Older records name the console itself as the user agent; newer ones name the person's browser. */
function isConsole(agent: string): boolean {
  if (agent === 'AWS Internal' || agent.startsWith('signin.amazonaws.com')) return true;
  return agent.startsWith('console.') && agent.includes('.amazonaws.com');
}

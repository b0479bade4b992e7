/** What a launch was made with, as far as its event shows it. */
export type LaunchedWith = 'console' | 'command-line' | 'terraform' | 'sdk' | 'service' | 'unknown';

/** What an event shows of how its call was made. */
interface CallTraits {
  readonly invokedBy: string | undefined;
  readonly userAgent: string | undefined;
  /** CloudTrail's `sessionCredentialFromConsole`, the text `true` for a session of the console. */
  readonly fromConsole: string | undefined;
}

/** Older records name the console itself as the user agent; newer ones name the person's browser. */
const console = /^(?:\[?(?:console\.\w+|signin)\.amazonaws\.com|AWS Internal$)/;
const commandLine = /^\[?aws-cli\/|AWSPowerShell/;
const terraform = /Terraform|OpenTofu/i;
const sdk = /aws-sdk|^\[?Boto/;

/**
 * Tells what a launch was made with. A guess for people, so nothing is decided by it: anybody can send any user agent.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function launchedWith({ invokedBy, userAgent = '', fromConsole }: CallTraits): LaunchedWith {
  // For some people in the console it is `signin.amazonaws.com`.
  if (invokedBy !== undefined && !invokedBy.startsWith('signin.')) return 'service';
  // Before the console: its CloudShell has the command line, with the console's credentials.
  if (commandLine.test(userAgent)) return 'command-line';
  if (terraform.test(userAgent)) return 'terraform';
  if (fromConsole === 'true' || invokedBy !== undefined || console.test(userAgent)) return 'console';
  return sdk.test(userAgent) ? 'sdk' : 'unknown';
}

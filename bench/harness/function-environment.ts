/** Where the services are that a function calls. */
export interface Services {
  readonly ec2: string;
  /** Undefined when the function is to tell nobody of its kills. */
  readonly eventBridge: string | undefined;
}

/** What each function finds in its environment: Lambda's variables, and endpoints of this machine. */
export function functionEnvironment({ ec2, eventBridge }: Services): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: ec2,
    AWS_ENDPOINT_URL_EC2: ec2,
    ...(eventBridge !== undefined && {
      EVENT_BUS_NAME: 'default',
      AWS_ENDPOINT_URL_EVENTBRIDGE: eventBridge,
    }),
    AWS_LAMBDA_FUNCTION_NAME: 'EnforceNameTag',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/EnforceNameTag',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef',
  };
}

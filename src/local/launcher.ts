/** Who calls `RunInstances`. */
export type Launcher =
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'role'; readonly name: string; readonly session: string }
  /** A service of AWS that launches for a person, through its service-linked role. */
  | { readonly kind: 'service'; readonly service: 'autoscaling.amazonaws.com' | 'ec2fleet.amazonaws.com' };

/** `userIdentity` of a CloudTrail record, with what of it the enforcer and people read. */
type UserIdentity = {
  readonly type: 'IAMUser' | 'AssumedRole';
  readonly principalId: string;
  readonly arn: string;
  readonly accountId: string;
  readonly userName?: string;
  readonly invokedBy?: string;
  readonly sessionContext?: {
    readonly sessionIssuer: {
      readonly type: 'Role';
      readonly principalId: string;
      readonly arn: string;
      readonly accountId: string;
      readonly userName: string;
    };
    readonly attributes: { readonly mfaAuthenticated: 'false' };
  };
};

/** The part of a CloudTrail record that says who called, and from where. */
export type Caller = {
  readonly userIdentity: UserIdentity;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
};

const serviceRoles = {
  'autoscaling.amazonaws.com': { name: 'AWSServiceRoleForAutoScaling', session: 'AutoScaling' },
  'ec2fleet.amazonaws.com': { name: 'AWSServiceRoleForEC2Fleet', session: 'EC2Fleet' },
} as const;

/** Address from the range for documentation: RFC 5737. */
const somewhere = { sourceIPAddress: '203.0.113.10', userAgent: 'aws-cli/2.31.0' };

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
export function callerOf(launcher: Launcher, account: string): Caller {
  switch (launcher.kind) {
    case 'user':
      return {
        userIdentity: {
          type: 'IAMUser',
          principalId: 'AIDAEXAMPLELAUNCHER00',
          arn: `arn:aws:iam::${account}:user/${launcher.name}`,
          accountId: account,
          userName: launcher.name,
        },
        ...somewhere,
      };
    case 'role':
      return { userIdentity: assumedRole(launcher, '', account), ...somewhere };
    case 'service': {
      const { service } = launcher;
      return {
        userIdentity: {
          ...assumedRole(serviceRoles[service], `aws-service-role/${service}/`, account),
          invokedBy: service,
        },
        sourceIPAddress: service,
        userAgent: service,
      };
    }
  }
}

function assumedRole(
  role: { readonly name: string; readonly session: string },
  path: string,
  account: string,
): UserIdentity {
  const principalId = 'AROAEXAMPLELAUNCHER00';
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${role.session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${role.session}`,
    accountId: account,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:aws:iam::${account}:role/${path}${role.name}`,
        accountId: account,
        userName: role.name,
      },
      attributes: { mfaAuthenticated: 'false' },
    },
  };
}

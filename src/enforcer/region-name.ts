/** The form of the names of regions: `eu-west-1`, `us-gov-west-1`. What has it is no host of somebody else's. */
export const regionName = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

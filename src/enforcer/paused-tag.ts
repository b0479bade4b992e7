/** Key of the tag of the function for launches that says when and why it was paused. A stack's update leaves it alone. */
export const PAUSED_TAG = 'name-tag-enforcer:paused';

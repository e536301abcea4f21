/**
 * What runs the service: the chart, the rules, the dashboard, the compose file and the image.
 * {@code *Test} needs nothing but Maven; what is tagged {@code ops} needs Debian's packages, which
 * {@code .ci/run} installs before it switches on the profile of that name.
 */
package org.resnetserving.ops;

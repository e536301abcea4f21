/**
 * What can go wrong, in neutral terms: any feature throws a {@link
 * org.resnetserving.problem.ProblemException}, and one advice here turns it into an RFC 9457
 * problem document. {@link org.resnetserving.problem.ProblemValve} does the same for what fails
 * outside of Spring. Must not know the features.
 */
@NullMarked
package org.resnetserving.problem;

import org.jspecify.annotations.NullMarked;

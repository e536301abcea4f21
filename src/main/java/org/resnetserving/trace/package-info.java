/**
 * What ties a request to its log lines, its answer and its trace: request ids ({@link
 * org.resnetserving.trace.RequestIdFilter}), W3C trace context, the request's span in
 * OpenTelemetry's words ({@link org.resnetserving.trace.RequestSpans}), and the switch that leaves
 * OpenTelemetry out of a service that exports no traces. Must not know the features.
 */
@NullMarked
package org.resnetserving.trace;

import org.jspecify.annotations.NullMarked;

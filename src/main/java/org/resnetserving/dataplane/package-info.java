/**
 * Between all faces and the models: one question and one answer, whoever asks. A face (HTTP in its
 * dialects, gRPC) parses a request, has {@link org.resnetserving.dataplane.DataPlane} answer it,
 * and writes the answer in its own words. Here a request is timed, counted and traced, its pictures
 * are taken through a model or through several, and outputs become ranked labels. Must not know
 * HTTP, gRPC or DJL.
 */
@NullMarked
package org.resnetserving.dataplane;

import org.jspecify.annotations.NullMarked;

/**
 * The Open Inference Protocol (version 2), as Triton, OpenVINO Model Server, KServe and MLServer
 * speak it: tensors in, tensors out, whoever the client is. A codec makes an {@link
 * org.resnetserving.openinference.InferRequest} of what was sent and writes an {@link
 * org.resnetserving.openinference.InferResponse}; between the two stands {@link
 * org.resnetserving.openinference.Inferences}, which knows no wire format and asks the data plane.
 * There are two codecs, for REST and for gRPC. Must not know DJL, nor other faces.
 */
@NullMarked
package org.resnetserving.openinference;

import org.jspecify.annotations.NullMarked;

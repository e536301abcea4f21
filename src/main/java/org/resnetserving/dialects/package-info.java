/**
 * Addresses of other servers: TorchServe, TensorFlow Serving (also Vertex AI, KServe v1) and
 * SageMaker. A client that was written for one of them is answered in its words. Must not know DJL
 * or the other faces.
 */
@NullMarked
package org.resnetserving.dialects;

import org.jspecify.annotations.NullMarked;

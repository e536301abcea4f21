/**
 * The gRPC server, as {@code connection} and {@code upload} are for HTTP: what a client may hold
 * before anything of its call is known, and a call's message within bounds of memory and time. Who
 * answers calls that bring pictures gives {@link org.resnetserving.grpc.PictureCalls} a {@link
 * org.resnetserving.grpc.CallWork}, and gets each {@link org.resnetserving.grpc.CallMessage} whole,
 * on a thread of its own; what it throws becomes a status. There is nothing of all this where gRPC
 * has no port. Must not know models, protocols or DJL.
 */
@NullMarked
package org.resnetserving.grpc;

import org.jspecify.annotations.NullMarked;

/**
 * A request's body or form, read within bounds of memory and time. Who writes an endpoint that
 * takes pictures takes an {@link org.resnetserving.upload.UploadRequest} as its method's parameter
 * and reads it on its model's {@link org.resnetserving.admission.Terms}: it gets an {@link
 * org.resnetserving.upload.Upload}, and thread, deadline, memory and rate were seen to. Nothing
 * else in the service reads a body. Must not know DJL or the models.
 */
@NullMarked
package org.resnetserving.upload;

import org.jspecify.annotations.NullMarked;

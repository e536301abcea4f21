/**
 * A request's body or form, read within bounds of memory and time: {@link
 * org.resnetserving.upload.UploadReader}. Must not know DJL or the models.
 */
@NullMarked
package org.resnetserving.upload;

import org.jspecify.annotations.NullMarked;

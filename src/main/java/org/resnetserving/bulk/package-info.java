/**
 * Very many pictures, without HTTP: a folder or a list in, a line for each picture out, on every
 * core; goes on where it was stopped, and takes one share of several. Entry: {@link
 * org.resnetserving.bulk.Bulk}. Must not know HTTP or DJL.
 */
@NullMarked
package org.resnetserving.bulk;

import org.jspecify.annotations.NullMarked;

/**
 * Triton's model repository extension, on the port of management alone: which models there are, and
 * loading and unloading them. Entry: {@link org.resnetserving.repository.RepositoryConfiguration},
 * which the management context imports. Must not know the faces of the public port.
 */
@NullMarked
package org.resnetserving.repository;

import org.jspecify.annotations.NullMarked;

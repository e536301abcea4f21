/**
 * Which models exist and how they are served: descriptors read from {@code models/*.yml}, their
 * labels, and one pipeline per model. Must not know HTTP.
 */
@NullMarked
package org.resnetserving.catalog;

import org.jspecify.annotations.NullMarked;

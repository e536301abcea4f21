/** Runs compiled programs: the only package that imports {@code ai.djl}. Must not know HTTP. */
@NullMarked
package org.resnetserving.engine;

import org.jspecify.annotations.NullMarked;

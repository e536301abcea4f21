/**
 * Runs compiled programs: the only package that imports {@code ai.djl}. A {@link
 * org.resnetserving.engine.NativeEngine} loads a {@link org.resnetserving.engine.CompiledModel},
 * and each worker runs its own {@link org.resnetserving.engine.Session}. Must not know HTTP.
 */
@NullMarked
package org.resnetserving.engine;

import org.jspecify.annotations.NullMarked;

/**
 * What of the machine's memory the process holds and may hold: most of it lies outside of the Java
 * heap, where the JVM's own metrics do not look. Entries: {@link
 * org.resnetserving.memory.MemoryMetrics}, and {@link org.resnetserving.memory.MemoryFloor}, which
 * refuses to start with too little. Must know none of the other packages.
 */
@NullMarked
package org.resnetserving.memory;

import org.jspecify.annotations.NullMarked;

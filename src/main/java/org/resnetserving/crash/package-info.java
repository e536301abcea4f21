/**
 * What native code was at when the process died of it: {@link org.resnetserving.crash.NativeWork}
 * notes each picture and each run in a file before native code gets it, and says at the next start
 * what was never finished. Why so is written in RATIONALE.md. Must know none of the other packages.
 */
@NullMarked
package org.resnetserving.crash;

import org.jspecify.annotations.NullMarked;

/** What is known of a process that native code ended. */
@NullMarked
package org.resnetserving.crash;

import org.jspecify.annotations.NullMarked;

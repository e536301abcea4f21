/**
 * Which build of the service this is, as Maven wrote it down. Entry: {@link
 * org.resnetserving.build.Build}. Must know none of the other packages.
 */
@NullMarked
package org.resnetserving.build;

import org.jspecify.annotations.NullMarked;
